"""Settings: config.toml, overridden by TRACKER_… variables, parsed once and frozen."""

from __future__ import annotations

import os
import tomllib
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

from tracker.domain.scoring_rules import ScoringRules
from tracker.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_PREFIX = "TRACKER_"
# Read by the command line itself, before there are settings.
_RESERVED = {"TRACKER_CONFIG", "TRACKER_LANGUAGE", "TRACKER_DEBUG"}


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"没有名为 {name} 的时区") from error
    return name


def _without_password(url: str) -> str:
    if not url.startswith(("sqlite:///", "postgresql://")):
        raise ValueError("应以 sqlite:/// 或 postgresql:// 开头")
    try:
        parts = urlsplit(url)
        has_password = bool(parts.password) or "password" in parse_qs(parts.query)
    except ValueError as error:
        raise ValueError("不是有效的数据库地址") from error
    if has_password:
        raise ValueError("口令不能写在配置文件里，请改用环境变量 TRACKER_DATABASE_PASSWORD")
    return url


class Site(_Section):
    name: str = "重点任务督办"
    issuer: str = ""
    base_url: Annotated[str, Field(pattern=r"^https?://[^/\s]+(/[^\s]*)?$")] = "http://127.0.0.1:8000"
    time_zone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    language: Literal["zh_CN", "en"] = "zh_CN"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    def link(self, path: str) -> str:
        """An absolute address of a page, for mails and documents."""
        return self.base_url.rstrip("/") + path


class Database(_Section):
    url: Annotated[str, AfterValidator(_without_password)] = "sqlite:///var/tracker.db"
    password: SecretStr | None = None


class Smtp(_Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 25
    security: Literal["none", "starttls", "tls"] = "none"
    username: str = ""
    password: SecretStr | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    connections: Annotated[int, Field(ge=1, le=20)] = 4


class Mail(_Section):
    transport: Literal["folder", "smtp"] = "folder"
    folder: Path = Path("var/mail")
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = "duban@example.org"
    sender_name: str = "重点任务督办"
    max_attempts: Annotated[int, Field(ge=1, le=100)] = 12
    per_domain_per_minute: Annotated[int, Field(ge=0, le=10000)] = 0
    smtp: Smtp = Smtp()


class Imap(_Section):
    # Nothing is polled while there is no host.
    host: str = ""
    port: Annotated[int, Field(ge=1, le=65535)] = 993
    security: Literal["none", "starttls", "tls"] = "tls"
    username: str = ""
    password: SecretStr | None = None
    folder: Annotated[str, Field(min_length=1, max_length=300)] = "INBOX"
    done_folder: str = ""
    poll_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 30


class Mailbox(_Section):
    address: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = "duban@example.org"
    trusted_authserv: str = ""
    mails_per_sender_per_hour: Annotated[int, Field(ge=1, le=10000)] = 20
    answers_per_address_per_day: Annotated[int, Field(ge=0, le=10000)] = 20
    imap: Imap = Imap()


def _split(value: object) -> object:
    """A variable of the environment holds them with commas."""
    return (
        tuple(filter(None, (word.strip() for word in value.split(",")))) if isinstance(value, str) else value
    )


class Chat(_Section):
    # Besides those that are always allowed. Only such as speak HTTP are kept out of the office's own network.
    schemas: Annotated[tuple[str, ...], BeforeValidator(_split)] = ()
    allow_private: bool = False


class Jobs(_Section):
    enabled: bool = True
    remind_at: time = time(9)
    # Mail that nobody sends by hand leaves from the one until before the other, on working days.
    send_from: time = time(8)
    send_until: time = time(18)
    sweep_seconds: Annotated[int, Field(ge=1, le=3600)] = 60
    deliver_seconds: Annotated[int, Field(ge=1, le=3600)] = 15

    @field_validator("remind_at", "send_from", "send_until")
    @classmethod
    def _local(cls, value: time) -> time:
        if value.tzinfo is not None:
            raise ValueError("不要写时区；时区见 site.time_zone")
        return value

    @model_validator(mode="after")
    def _has_hours(self) -> Self:
        if self.send_from >= self.send_until:
            raise ValueError("send_from 应早于 send_until")
        return self


class Review(_Section):
    # What a reviewer clicks instead of typing, and what says nothing in a text.
    phrases: Annotated[tuple[str, ...], BeforeValidator(_split)] = (
        "请补充具体数字",
        "请写明本期进展，不要写计划",
        "请对照任务要求逐项说明",
        "与上期文字相同，请更新",
        "数字与指标填报不一致，请核对",
        "请说明存在的问题和下一步措施",
    )
    stock_phrases: Annotated[tuple[str, ...], BeforeValidator(_split)] = (
        "高度重视",
        "加强领导",
        "加强组织领导",
        "提高政治站位",
        "压实责任",
        "落实责任",
        "强化措施",
        "多措并举",
        "扎实推进",
        "有序推进",
        "稳步推进",
        "全力推进",
        "持续推进",
        "深入推进",
        "统筹推进",
        "按计划推进",
        "取得阶段性成效",
        "取得明显成效",
        "取得积极成效",
        "取得较好成效",
        "狠抓落实",
        "抓好落实",
        "认真贯彻落实",
        "积极开展",
        "各项工作",
        "进展顺利",
        "夯实基础",
        "营造良好氛围",
    )


class Limits(_Section):
    text_characters: Annotated[int, Field(ge=1, le=20000)] = 300
    upload_megabytes: Annotated[int, Field(ge=1, le=200)] = 20
    session_hours: Annotated[int, Field(ge=1, le=720)] = 12
    sign_in_attempts: Annotated[int, Field(ge=1, le=100)] = 5
    sign_in_pause_minutes: Annotated[int, Field(ge=1, le=1440)] = 10


class Paths(_Section):
    templates: Path = Path("templates")
    tasklists: Path = Path("tasklists")


class Settings(_Section):
    """The whole configuration; `root` is the folder that relative paths start from."""

    root: Path
    site: Site = Site()
    database: Database = Database()
    mail: Mail = Mail()
    mailbox: Mailbox = Mailbox()
    chat: Chat = Chat()
    jobs: Jobs = Jobs()
    limits: Limits = Limits()
    review: Review = Review()
    scoring: ScoringRules = ScoringRules()
    paths: Paths = Paths()

    def at_root(self, path: Path) -> Path:
        """`path` itself when absolute, else below the configuration's folder."""
        return self.root / path


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the file at `path` and from `environ`.

    Raises SettingsError with the path of the key that is unknown or wrong, or the file that is missing.
    """
    values = _read(path)
    for secret in ("database.password", "mail.smtp.password", "mailbox.imap.password"):
        if _peek(values, secret) is not None:
            variable = _PREFIX + secret.replace(".", "_").upper()
            raise SettingsError(path=secret, reason=f"口令不能写在配置文件里，请改用环境变量 {variable}")
    _override(values, environ)
    try:
        return Settings(root=path.resolve().parent, **values)
    except ValidationError as error:
        keys, reason = first_mistake(error)
        where = ".".join(str(part) for part in keys) or str(path)
        raise SettingsError(path=where, reason=reason) from error


def first_mistake(error: ValidationError) -> tuple[tuple[int | str, ...], str]:
    """The keys that lead to what is wrong, and the reason in words.

    A misspelt key is unknown and may at the same time be missing: that it is unknown is what helps.
    """
    errors = error.errors(include_url=False, include_input=False)
    first = next((found for found in errors if found["type"] == "extra_forbidden"), errors[0])
    return first["loc"], _reason(first)


def _read(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except FileNotFoundError as error:
        raise SettingsError(path=path, reason="没有这个文件。新建站点请运行：tracker init 目录") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(path=path, reason=f"无法读取：{error}") from error
    if "root" in values:
        raise SettingsError(path="root", reason="没有这个配置项")
    return values


def _peek(values: Mapping[str, Any], dotted: str) -> object:
    found: object = values
    for key in dotted.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _leaves(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _leaves(field.annotation, (*path, name))
        elif (*path, name) != ("root",):
            yield (*path, name)


def _override(values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Lays TRACKER_SECTION_KEY (or TRACKER_SECTION__KEY) over the file; …_PASSWORD_FILE names a file."""
    leaves = {_PREFIX + "_".join(path).upper(): path for path in _leaves(Settings)}
    for variable, text in environ.items():
        if not variable.startswith(_PREFIX) or variable in _RESERVED:
            continue
        name = variable.replace("__", "_")
        value = text
        if name.endswith("_PASSWORD_FILE"):
            name = name.removesuffix("_FILE")
            try:
                value = Path(text).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise SettingsError(path=variable, reason=f"无法读取口令文件：{error}") from error
        if name not in leaves:
            raise SettingsError(path=variable, reason="没有这个配置项")
        *sections, key = leaves[name]
        target = values
        for section in sections:
            target = target.setdefault(section, {})
            if not isinstance(target, dict):
                raise SettingsError(path=section, reason="应为一节（[…]）")
        target[key] = value


def _reason(error: Mapping[str, Any]) -> str:
    match error["type"]:
        case "extra_forbidden":
            return "没有这个配置项"
        case "missing":
            return "缺少这一项"
        case "value_error":
            return str(error["ctx"]["error"])
        case "literal_error":
            return f"应为 {error['ctx']['expected'].replace(' or ', '、').replace(', ', '、')} 之一"
        case _:
            return str(error["msg"])
