"""Settings: defaults that the shipped file states truly, overrides, and mistakes named by their path."""

from __future__ import annotations

import tomllib
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from tracker.config import Settings, load_settings
from tracker.errors import SettingsError
from tracker.resources import bundled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def load(folder: Path, text: str = "", environ: Mapping[str, str] | None = None) -> Settings:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load_settings(file, environ or {})


def refused(folder: Path, text: str = "", environ: Mapping[str, str] | None = None) -> tuple[str, str]:
    """The path and the reason of the refusal."""
    with pytest.raises(SettingsError) as caught:
        load(folder, text, environ)
    return str(caught.value.fields["path"]), str(caught.value.fields["reason"])


def leaves(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def as_written(value: Any) -> Any:
    match value:
        case time():
            return f"{value:%H:%M}"
        case Path():
            return str(value)
        case tuple():
            return list(value)
        case _:
            return value


def test_the_shipped_file_states_every_default_and_nothing_else(tmp_path: Path) -> None:
    shipped = dict(leaves(tomllib.loads(bundled("config.toml").read_text("utf-8"))))
    defaults = {
        path: as_written(value)
        for path, value in leaves(Settings(root=tmp_path).model_dump())
        if path not in ("root", "database.password", "mail.smtp.password", "mailbox.imap.password")
    }
    assert shipped == defaults


def test_an_empty_file_means_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings(root=tmp_path.resolve())
    assert load(tmp_path, bundled("config.toml").read_text("utf-8")) == Settings(root=tmp_path.resolve())


def test_a_variable_names_several_with_commas(tmp_path: Path) -> None:
    found = load(tmp_path, environ={"TRACKER_CHAT_SCHEMAS": "json, slack"})
    assert found.chat.schemas == ("json", "slack")


def test_relative_paths_start_beside_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert settings.at_root(settings.mail.folder) == tmp_path.resolve() / "var" / "mail"
    assert settings.at_root(Path("/srv/mail")) == Path("/srv/mail")


def test_settings_do_not_change_once_they_are_read(tmp_path: Path) -> None:
    settings = load(tmp_path)
    with pytest.raises(ValidationError, match="frozen"):
        settings.limits.text_characters = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("nmae = 'x'", "nmae"),
        ("[sight]\nname = 'x'", "sight"),
        ("[site]\nnmae = 'x'", "site.nmae"),
        ("[mail.smtp]\nprot = 25", "mail.smtp.prot"),
        ("[mail]\nsmtp.host_name = 'x'", "mail.smtp.host_name"),
        ("root = '/'", "root"),
    ],
)
def test_an_unknown_key_is_refused_by_its_path(tmp_path: Path, text: str, path: str) -> None:
    assert refused(tmp_path, text) == (path, "没有这个配置项")


@pytest.mark.parametrize(
    ("text", "path", "reason"),
    [
        ("[site]\ntime_zone = 'Asia/Guilin'", "site.time_zone", "没有名为 Asia/Guilin 的时区"),
        ("[site]\ntime_zone = '../etc/passwd'", "site.time_zone", "没有名为 ../etc/passwd 的时区"),
        ("[site]\nlanguage = 'fr'", "site.language", "应为 'zh_CN'、'en' 之一"),
        ("[mail]\ntransport = 'pigeon'", "mail.transport", "应为 'folder'、'smtp' 之一"),
        ("[database]\nurl = 'mysql://x/y'", "database.url", "应以 sqlite:/// 或 postgresql:// 开头"),
        ("[jobs]\nremind_at = '09:00+08:00'", "jobs.remind_at", "不要写时区；时区见 site.time_zone"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_with_the_reason(
    tmp_path: Path, text: str, path: str, reason: str
) -> None:
    assert refused(tmp_path, text) == (path, reason)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("[mail.smtp]\nport = 'smtp'", "mail.smtp.port"),
        ("[mail.smtp]\nport = 70000", "mail.smtp.port"),
        ("[limits]\ntext_characters = 0", "limits.text_characters"),
        ("[jobs]\nenabled = 'perhaps'", "jobs.enabled"),
        ("[jobs]\nremind_at = '25:00'", "jobs.remind_at"),
        ("[site]\nname = 5", "site.name"),
        ("[site]\nbase_url = 'duban.example.org'", "site.base_url"),
        ("[mail]\nsender = 'duban@example.org>, other@example.org'", "mail.sender"),
        ("site = 1", "site"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_by_its_path(tmp_path: Path, text: str, path: str) -> None:
    assert refused(tmp_path, text)[0] == path


@pytest.mark.parametrize(
    ("text", "path", "variable"),
    [
        ("[database]\npassword = 'geheim'", "database.password", "TRACKER_DATABASE_PASSWORD"),
        ("[mail.smtp]\npassword = 'geheim'", "mail.smtp.password", "TRACKER_MAIL_SMTP_PASSWORD"),
        (
            "[database]\nurl = 'postgresql://tracker:geheim@db/tracker'",
            "database.url",
            "TRACKER_DATABASE_PASSWORD",
        ),
    ],
)
def test_a_password_in_the_file_is_refused_and_not_repeated(
    tmp_path: Path, text: str, path: str, variable: str
) -> None:
    where, reason = refused(tmp_path, text)
    assert where == path
    assert variable in reason
    assert "geheim" not in reason


@pytest.mark.parametrize(
    ("variable", "value", "path", "expected"),
    [
        ("TRACKER_SITE_BASE_URL", "https://duban.example.org", "site.base_url", "https://duban.example.org"),
        ("TRACKER_SITE__BASE_URL", "https://duban.example.org", "site.base_url", "https://duban.example.org"),
        ("TRACKER_MAIL_SMTP_PORT", "587", "mail.smtp.port", 587),
        ("TRACKER_MAIL__SMTP__PORT", "587", "mail.smtp.port", 587),
        ("TRACKER_MAIL_SENDER_NAME", "督办", "mail.sender_name", "督办"),
        ("TRACKER_JOBS_ENABLED", "false", "jobs.enabled", False),
        ("TRACKER_JOBS_REMIND_AT", "08:30", "jobs.remind_at", "08:30"),
        ("TRACKER_PATHS_TEMPLATES", "/srv/templates", "paths.templates", "/srv/templates"),
    ],
)
def test_the_environment_overrides_the_file(
    tmp_path: Path, variable: str, value: str, path: str, expected: object
) -> None:
    text = bundled("config.toml").read_text("utf-8")
    changed = dict(leaves(load(tmp_path, text, {variable: value}).model_dump()))
    before = dict(leaves(load(tmp_path, text).model_dump()))
    assert as_written(changed[path]) == expected
    assert {name for name in before if before[name] != changed[name]} == {path}


@pytest.mark.parametrize("variable", ["TRACKER_SITE_NMAE", "TRACKER_ROOT", "TRACKER_", "TRACKER_SITE"])
def test_a_variable_that_overrides_nothing_is_refused(tmp_path: Path, variable: str) -> None:
    assert refused(tmp_path, "", {variable: "x"}) == (variable, "没有这个配置项")


def test_a_wrong_value_in_the_environment_is_refused_by_its_key(tmp_path: Path) -> None:
    assert refused(tmp_path, "", {"TRACKER_MAIL_SMTP_PORT": "smtp"})[0] == "mail.smtp.port"


def test_a_variable_cannot_reach_into_what_is_no_section(tmp_path: Path) -> None:
    assert refused(tmp_path, "mail = 1", {"TRACKER_MAIL_SMTP_HOST": "x"})[0] == "mail"


def test_variables_of_other_programs_and_of_the_command_line_are_left_alone(tmp_path: Path) -> None:
    environ = {"PATH": "/bin", "TRACKER_CONFIG": "x", "TRACKER_LANGUAGE": "en", "TRACKER_DEBUG": "1"}
    assert load(tmp_path, "", environ) == load(tmp_path)


def test_passwords_come_from_the_environment_and_are_not_shown(tmp_path: Path) -> None:
    settings = load(
        tmp_path, "", {"TRACKER_DATABASE_PASSWORD": "geheim", "TRACKER_MAIL_SMTP_PASSWORD": "verborgen"}
    )
    assert settings.database.password is not None
    assert settings.database.password.get_secret_value() == "geheim"
    assert settings.mail.smtp.password is not None
    assert settings.mail.smtp.password.get_secret_value() == "verborgen"
    assert "geheim" not in repr(settings)
    assert "verborgen" not in repr(settings)


@pytest.mark.parametrize("variable", ["TRACKER_DATABASE_PASSWORD_FILE", "TRACKER_DATABASE__PASSWORD_FILE"])
def test_a_password_can_be_read_from_a_file(tmp_path: Path, variable: str) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim\n", "utf-8")
    settings = load(tmp_path, "", {variable: str(secret)})
    assert settings.database.password is not None
    assert settings.database.password.get_secret_value() == "geheim"


def test_a_password_file_that_is_missing_is_named_by_its_variable(tmp_path: Path) -> None:
    variable = "TRACKER_MAIL_SMTP_PASSWORD_FILE"
    where, reason = refused(tmp_path, "", {variable: str(tmp_path / "nowhere")})
    assert where == variable
    assert reason.startswith("无法读取口令文件")


def test_only_passwords_are_read_from_files(tmp_path: Path) -> None:
    variable = "TRACKER_SITE_NAME_FILE"
    assert refused(tmp_path, "", {variable: str(tmp_path / "config.toml")}) == (variable, "没有这个配置项")


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="tracker init"):
        load_settings(tmp_path / "config.toml", {})


@pytest.mark.parametrize("content", [b"[site", b"[site]\nname = '\xff'", b"\xff\xfe[\x00"])
def test_a_file_that_is_no_toml_is_refused_by_its_name(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="无法读取") as caught:
        load_settings(file, {})
    assert caught.value.fields["path"] == file


def test_links_join_the_base_address_and_a_path_with_one_slash(tmp_path: Path) -> None:
    settings = load(tmp_path, "[site]\nbase_url = 'https://example.org/duban/'")
    assert settings.site.link("/rounds") == "https://example.org/duban/rounds"
