import tomllib
from dataclasses import asdict, fields

import pytest

from longformer_viz.documents.limits import MAX_CHARACTERS
from longformer_viz.server.settings import PRESETS_FILE, AppSettings, read_settings
from longformer_viz.spec import InputError
from longformer_viz.training.own_data.rows import MOST_BYTES


def settings(file=None, tmp_path=None, **variables):
    environment = {f"LONGFORMER_VIZ_{key.upper()}": value for key, value in variables.items()}
    if file is not None:
        (tmp_path / "own.toml").write_text(file, encoding="utf-8")
        environment["LONGFORMER_VIZ_SETTINGS"] = str(tmp_path / "own.toml")
    return read_settings(environment)


def test_personal_is_the_default_and_equals_the_dataclass():
    assert settings() == AppSettings() == settings(mode="personal")
    assert not settings().is_public


def test_public_allows_little():
    public = settings(mode="public")
    assert public.is_public
    assert public.models == ()
    assert not any((public.allow_folders, public.allow_downloads, public.allow_training))
    assert (public.max_text_characters, public.max_upload_megabytes, public.max_tokens) == (200_000, 5, 8_192)
    assert all(value is not None for value in asdict(public).values())


def test_the_documented_file_has_every_key_once_a_mode_and_explains_it():
    text = PRESETS_FILE.read_text(encoding="utf-8")
    keys = [each.name for each in fields(AppSettings)]
    presets = tomllib.loads(text)
    assert list(presets["personal"]) == list(presets["public"]) == keys[1:]
    lines = text.partition("\n[personal]\n")[2].partition("\n[public]\n")[0].splitlines()
    for key in keys[1:]:
        (place,) = [index for index, line in enumerate(lines) if line.startswith(f"{key} = ")]
        assert lines[place - 1].startswith("# "), key


def test_a_copy_of_the_documented_file_changes_nothing(tmp_path):
    copied = PRESETS_FILE.read_text(encoding="utf-8")
    assert settings(copied, tmp_path) == settings()
    assert settings(copied, tmp_path, mode="public") == settings(mode="public")


def test_the_file_beats_the_preset_and_the_environment_beats_the_file(tmp_path):
    file = (
        'mode = "public"\nmax_tokens = 4096\nmax_sessions = "none"\nmodels = ["a/b", "run:c"]\n'
        "[public]\nmax_run_seconds = 9"
    )
    both = settings(
        file, tmp_path, max_tokens="2048", allow_training="True", models="x/y, z", max_sweep_seconds="1.5"
    )
    assert (both.mode, both.max_tokens, both.max_sessions, both.max_run_seconds) == ("public", 2048, None, 9.0)
    assert (both.allow_training, both.models, both.max_sweep_seconds) == (True, ("x/y", "z"), 1.5)
    assert settings(file, tmp_path).models == ("a/b", "run:c")
    assert settings(file, tmp_path, mode="personal").max_run_seconds is None  # [public] holds only in its mode


def test_environment_values_that_mean_no_limit():
    free = settings(mode="public", models="any", max_tokens="none", max_run_seconds="none")
    assert (free.models, free.max_tokens, free.max_run_seconds) == (None, None, None)
    assert settings(models="").models == ()


@pytest.mark.parametrize(
    "variables",
    [
        {"mode": "pubic"},
        {"mode": ""},
        {"allow_training": "no thanks"},
        {"max_tokens": "0"},
        {"max_tokens": "1.5"},
        {"max_tokens": "true"},
        {"max_text_characters": "none"},
        {"max_text_characters": "2000001"},
        {"max_upload_megabytes": "201"},
        {"max_run_seconds": "inf"},
        {"max_run_seconds": "nan"},
        {"max_run_seconds": "-1"},
        {"trusted_proxies": "-1"},
        {"settings": ""},
        {"settings": "/no/such/file"},
    ],
    ids=str,
)
def test_a_wrong_variable_is_refused_by_its_name(variables):
    (key,) = variables
    with pytest.raises(InputError, match=f"LONGFORMER_VIZ_{key.upper()}.*You entered.*(Try|Correct|Check)"):
        settings(**variables)


@pytest.mark.parametrize("key", ["max_tokenz", "allow_everything", "trusted_proxy", "mode_"])
def test_an_unknown_variable_is_refused(key):
    with pytest.raises(
        InputError, match=f"LONGFORMER_VIZ_MAX_TOKENS.*You entered .*{key.upper()}.*Correct or remove"
    ):
        settings(**{key: "5"})


def test_variables_of_other_parts_are_no_settings():
    assert settings(cache="/tmp/x", runs="/tmp/y") == AppSettings()


@pytest.mark.parametrize(
    "file",
    [
        "max_tokenz = 5",
        "max_tokens = 'many'",
        "max_tokens = true",
        "models = 'allenai/longformer-base-4096'",
        "models = [1]",
        "mode = 'open'",
        "mode = 1",
        "public = true",
        "[public]\nmode = 'public'",
        "[public]\nmax_tokens = -1",  # of the mode that is not on
        "[open]\nmax_tokens = 5",
    ],
)
def test_a_wrong_file_is_refused_by_its_name(file, tmp_path):
    with pytest.raises(InputError, match=r"own\.toml.*You entered.*(Try|Correct|Write)"):
        settings(file, tmp_path)


def test_a_file_that_is_no_toml_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"must be valid TOML.*own\.toml.*Compare"):
        settings("max_tokens: 5", tmp_path)


def test_no_text_is_allowed_that_the_readers_refuse():
    assert settings(max_text_characters=str(MAX_CHARACTERS)).max_text_characters == MAX_CHARACTERS
    assert settings(max_upload_megabytes="200").max_upload_megabytes * 1_000_000 == MOST_BYTES


def test_a_value_made_in_code_is_checked():
    with pytest.raises(InputError, match="max_sessions must be"):
        AppSettings(max_sessions=0)
