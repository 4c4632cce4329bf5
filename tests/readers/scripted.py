"""A reader whose model is the scripted server, and endpoints that know only some methods."""

from pydantic import SecretStr

from assistant.contract import Opinion, Report
from assistant.readers.endpoint import EndpointVoice
from assistant.readers.model import ModelReader
from assistant.readers.voice import METHODS
from assistant.retrieval import Retrieved
from assistant.settings import Endpoint
from assistant.triage import Bench, triage

from .conftest import answer
from .server import Reply, Script, Scripted, method_of, serving

KEY = "sk-secret-1234567890"


def reader(bench: Bench, url: str, seconds: float = 5.0) -> ModelReader:
    """A reader whose model has passed the exam."""
    place = Endpoint(url=url, model="scripted", key=SecretStr(KEY))
    return ModelReader(
        EndpointVoice(place, seconds), bench.rules, bench.offline, skill=lambda until: 0.9
    )


def read(
    bench: Bench, rent: Retrieved, script: Script, seconds: float = 5.0
) -> tuple[Report, Scripted]:
    with serving(script) as server:
        return reader(bench, server.url, seconds).read([rent])[0], server


def opine(bench: Bench, rent: Retrieved, script: Script, seconds: float = 5.0) -> Opinion:
    with serving(script) as server:
        with_model = Bench(
            rules=bench.rules,
            index=bench.index,
            reader=reader(bench, server.url, seconds),
            offline=bench.offline,
            settings=bench.settings,
        )
        return triage(rent.finding, with_model)


def only(*known: str) -> Script:
    """An endpoint that knows some methods and refuses the others."""

    def script(body: dict[str, object], before: int) -> Reply:
        del before
        return (
            Reply(answer()) if method_of(body) in known else Reply(status=400, body="unsupported")
        )

    return script


def refusing(*unknown: str) -> Script:
    """An endpoint that does not know these methods, and answers to the others."""
    return only(*(method for method in METHODS if method not in unknown))
