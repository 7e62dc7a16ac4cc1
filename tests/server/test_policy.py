import pytest

from longformer_viz.models.gguf.smollm2 import NAME as SMOLLM2
from longformer_viz.server import policy
from longformer_viz.server.settings import AppSettings
from longformer_viz.spec import InputError

PUBLIC = {
    "mode": "public",
    "models": (),
    "allow_folders": False,
    "allow_downloads": False,
    "allow_training": False,
    "max_sweep_seconds": 60.0,
    "max_text_characters": 100,
    "max_upload_megabytes": 1,
    "max_tokens": 512,
}
REFUSED = (
    "/etc/passwd",
    "/etc",
    ".",
    "..",
    "~",
    "~root",
    "longformer_viz",
    "pages",
    "model.gguf",
    "/srv/model.gguf",
    "run:contracts",
    "run:../../etc",
    "allenai/longformer-base-4096",
    "bert-base-uncased",
    "https://example.org/model",
    "file:///etc/passwd",
    "\0",
    " ",
    "a" * 100_000,
    "smollm2-135m",
)


@pytest.fixture
def server(monkeypatch):
    """Set what the server allows."""

    def set_to(**changes):
        settings = AppSettings(**changes)
        monkeypatch.setattr(policy, "app_settings", lambda: settings)

    return set_to


@pytest.mark.parametrize("name", REFUSED, ids=lambda name: repr(name[:20]))
def test_a_public_server_loads_no_other_model_and_does_not_look_for_it(name, server, monkeypatch):
    server(**PUBLIC)

    def touched(self, *_, **__):
        raise AssertionError(f"looked for {self}")

    monkeypatch.setattr(policy.Path, "exists", touched)
    with pytest.raises(InputError, match=r"This server offers .* You entered .* Choose "):
        policy.check_model(name)
    with pytest.raises(InputError) as refusal:
        policy.check_model(name)
    assert len(str(refusal.value)) < 300


def test_the_built_in_and_the_named_models_are_loaded_and_offered(server, monkeypatch):
    server(**(PUBLIC | {"models": ("allenai/longformer-base-4096", "/srv/contracts")}))
    monkeypatch.setattr(policy, "can_be_loaded", lambda download: download)
    for name in (None, "", SMOLLM2, "allenai/longformer-base-4096", "/srv/contracts"):
        policy.check_model(name)
    assert policy.offered_models() == ("", "allenai/longformer-base-4096", "/srv/contracts")
    for name in ("/srv/contracts/", "/srv/other", "allenai/longformer-large-4096"):
        with pytest.raises(InputError, match="allenai/longformer-base-4096"):
            policy.check_model(name)


def test_a_language_model_is_offered_only_where_it_is_or_may_be_downloaded(server, monkeypatch):
    monkeypatch.setattr(policy, "can_be_loaded", lambda download: download)
    server(**(PUBLIC | {"allow_downloads": True}))
    assert policy.offered_models() == ("", SMOLLM2)


def test_models_of_runs_are_offered_with_training(server, monkeypatch):
    monkeypatch.setattr(policy, "finished_runs", lambda: ("contracts",))
    monkeypatch.setattr(policy, "can_be_loaded", lambda download: False)
    server(**(PUBLIC | {"allow_training": True}))
    policy.check_model("run:contracts")
    assert policy.offered_models() == ("", "run:contracts")


def test_a_server_without_folders_takes_names_of_the_hub(server):
    server(allow_folders=False)
    assert policy.offered_models() is None
    policy.check_model("allenai/longformer-base-4096")
    policy.check_model("bert-base-uncased")
    for name in ("/etc", "~", "..", "longformer_viz", "pages", "a/../b", "x.gguf", "a/b/c", "tests/server"):
        with pytest.raises(InputError, match="no models from folders"):
            policy.check_model(name)


def test_a_personal_server_leaves_every_name_to_the_loader(server):
    server()
    for name in REFUSED:
        policy.check_model(name)
    policy.check_training()
    policy.check_sweep(1e9)
    policy.check_tokens(10**9)


def test_limits_hold_exactly(server):
    server(**PUBLIC)
    policy.check_visitor_text("x" * 100)
    policy.check_upload("a.txt", bytes(2**20))
    policy.check_tokens(512)
    policy.check_sweep(60)
    for check in (
        lambda: policy.check_visitor_text("x" * 101),
        lambda: policy.check_upload("a.txt", bytes(2**20 + 1)),
        lambda: policy.check_tokens(513),
        lambda: policy.check_sweep(60.1),
        policy.check_training,
    ):
        with pytest.raises(InputError, match="This server"):
            check()


@pytest.mark.parametrize("value", [None, 5, b"text", {"text": "x"}, ["x"]])
def test_what_is_no_text_is_refused(value, server):
    server()
    with pytest.raises(InputError, match="must be a text"):
        policy.check_visitor_text(value)


def test_a_reader_may_have_a_lower_limit(server):
    server(max_upload_megabytes=25)
    with pytest.raises(InputError, match="at most 2 MB"):
        policy.check_upload("a.csv", bytes(3 * 2**20), most_megabytes=2)


def test_the_allowance_is_one_sentence_and_nothing_for_a_personal_server():
    assert policy.allowance(AppSettings()) == ""
    assert policy.allowance(AppSettings(**PUBLIC)) == (
        "This server accepts texts of up to 100 characters, files of up to 1 MB and runs of up to 512 tokens."
    )
