"""What the server writes on its stderr: a line for each request and for each thing that it has to say.

Lines are for people, or JSON for programs that gather logs (`modelreg server --log-format json`).
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jupyter_modelreg.core.redact import text_without_credentials

FORMAT = "MODELREG_SERVER_LOG_FORMAT"
# Read by uvicorn, in each of its processes.
CONFIGURATION = Path(__file__).with_name("log_config.json")


def formatter() -> logging.Formatter:
    """The formatter that whoever started the server chose; `log_config.json` names this."""
    return JsonLines() if os.environ.get(FORMAT) == "json" else Lines()


class JsonLines(logging.Formatter):
    """One JSON object a line, with `time` (ISO 8601), `level`, `logger`, `message`, and what a request has."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, object] = {
            "time": _time(record).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": text_without_credentials(record.getMessage()),
            **_fields(record),
        }
        if record.exc_info:
            told["exception"] = text_without_credentials(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False, default=str)


class Lines(logging.Formatter):
    """For people: time, level, what is said, and of a request who made it and how long it took."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, or the lines of an exception."""
        said, fields = record.getMessage(), _fields(record)
        if fields:
            said = f"{fields['actor'] or '-'} {said} in {fields['ms']} ms"
        line = f"{_time(record):%Y-%m-%d %H:%M:%S} {record.levelname:8} {said}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return text_without_credentials(line)


def _fields(record: logging.LogRecord) -> Mapping[str, object]:
    found: Mapping[str, object] = getattr(record, "fields", {})
    return found


def _time(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
