// The live character count. The same rules as tracker/domain/texts.py; tests hold the two together:
// line breaks as one character each, NFC, white space at either end not counted, every other code point one.
"use strict";

// Written out as on the server: trim() differs from strip() on U+FEFF, U+0085 and U+001C-U+001F.
const WHITE_SPACE = new Set(
  "\t\n\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" +
    "\u2028\u2029\u202f\u205f\u3000\ufeff",
);

function cleanedPoints(text) {
  const points = Array.from(text.replace(/\r\n|[\r\u0085\u2028\u2029]/g, "\n").normalize("NFC"));
  let start = 0;
  let end = points.length;
  while (start < end && WHITE_SPACE.has(points[start])) start += 1;
  while (end > start && WHITE_SPACE.has(points[end - 1])) end -= 1;
  return points.slice(start, end);
}

function countCharacters(text) {
  return cleanedPoints(text).length;
}

for (const box of document.querySelectorAll("form[data-limit] textarea")) {
  const limit = Number(box.form.dataset.limit);
  const editor = box.closest(".editor");
  const output = editor.querySelector(".count") ?? document.createElement("span");
  output.classList.add("count");
  // Below the box and what is asked beside it.
  Array.from(editor.querySelectorAll(":scope > label:first-child, :scope > .value")).at(-1).after(output);
  output.id = box.name.replace("text-", "count-");
  box.setAttribute("aria-describedby", `${box.getAttribute("aria-describedby") ?? ""} ${output.id}`.trim());
  const show = () => {
    const count = countCharacters(box.value);
    output.textContent = `${count}/${limit} ${box.form.dataset.unit}`;
    output.classList.toggle("over", count > limit);
  };
  box.addEventListener("input", show);
  show();
}
