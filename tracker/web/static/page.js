// Small comforts; every page works without them.
"use strict";

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A text that was typed and not sent is not left by accident.
const sheet = document.querySelector("form[data-guarded]");
if (sheet) {
  let isSending = false;
  sheet.addEventListener("submit", (event) => {
    isSending = !event.defaultPrevented;
  });
  const isChanged = () => Array.from(sheet.elements).some((box) => box.type === "textarea" && box.value !== box.defaultValue);
  window.addEventListener("beforeunload", (event) => {
    if (!isSending && isChanged()) event.preventDefault();
  });
}

// What a receipt confirms word for word need not be kept on this machine any longer: see filing.js.
for (const text of document.querySelectorAll("[data-kept]")) {
  try {
    const { typed } = JSON.parse(localStorage.getItem(text.dataset.kept));
    if (typed[text.dataset.name].trim() === text.textContent.trim()) localStorage.removeItem(text.dataset.kept);
  } catch {
    // Nothing is kept, or nothing may be.
  }
}

// Who signs out leaves nothing typed on this machine: see filing.js. Not before the page is really left: it may ask.
const leaving = document.querySelector(".who form");
if (leaving) {
  const mine = `filing/${leaving.parentElement.dataset.account}/`;
  const clear = () => {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(mine)) localStorage.removeItem(name);
    } catch {
      // Nothing could be kept either.
    }
  };
  leaving.addEventListener("submit", () => window.addEventListener("pagehide", clear));
}

// In the matrix a cell says on hover whose it is; its row and column headers say so to everybody else.
const matrix = document.querySelector("table.matrix");
if (matrix) {
  const heads = Array.from(matrix.querySelectorAll("thead tr.units th")).map((head) => head.textContent.trim());
  matrix.addEventListener("mouseover", (event) => {
    const link = event.target.closest("td a");
    if (!link || link.title) return;
    const cell = link.parentElement;
    link.title = `${heads[cell.cellIndex]} ${cell.parentElement.cells[0].textContent.trim()}`;
  });
}

for (const button of document.querySelectorAll("[data-copy]")) {
  // Only where the browser lets a page write to the clipboard: over HTTPS, and on the machine itself.
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.copy);
    box.select();
    navigator.clipboard.writeText(box.value);
  });
}
