"""The pages with a small decoder: its own pattern everywhere, next tokens, and what is refused with the reason."""

from pathlib import Path

import pytest
import torch
import transformers
from streamlit.testing.v1 import AppTest

from longformer_viz.models.loading import load
from longformer_viz.tasks.next_tokens import next_tokens
from longformer_viz.ui.attention.next_tokens.view import loss_marks, loss_rows
from longformer_viz.widget.payload import decode
from tests.hf import test_bigbird as bigbird
from tests.hf.small_families import FAMILIES
from tests.models.test_families import tokenizer
from tests.pages.components import key_figures, shown_components

APP = str(Path(__file__).parents[2] / "app.py")
TEXT = " ".join(f"w{4 + number * 7 % 96}" for number in range(150))


@pytest.fixture(scope="module")
def decoder(tmp_path_factory):
    """The folder of a small Llama with a head for next tokens."""
    folder = tmp_path_factory.mktemp("decoder")
    base = FAMILIES["llama"].make()
    model = transformers.LlamaForCausalLM(base.config)
    model.base_model.load_state_dict(base.state_dict())
    torch.manual_seed(1)
    torch.nn.init.normal_(model.lm_head.weight, std=0.5)
    model.save_pretrained(folder)
    tokenizer(wrapped=False).save_pretrained(folder)
    return str(folder)


def opened(model, page=None):
    app = AppTest.from_file(APP, default_timeout=180)
    app.query_params["model"] = model
    app.query_params["document"] = "Your text"
    app.session_state["own_text"] = app.session_state["pasted"] = TEXT
    app.run()
    return app if page is None else app.switch_page(page).run()


def captions(app):
    return " ".join(each.value for each in app.caption)


def test_the_attention_page_shows_a_decoder_with_its_own_pattern(decoder):
    app = opened(decoder)
    assert not app.exception
    assert not app.error
    assert shown_components(app) == ["attention_map"]
    told = key_figures(app)
    assert "trained with this pattern" in told
    assert "100%" in told
    assert "full, causal in 4 layers" in told
    assert "Compare shows other windows" in captions(app)
    assert app.selectbox(key="model_source").value == "From a folder or file"
    assert [each.label for each in app.tabs][-1] == "Next tokens"


def test_the_attention_page_says_which_keys_of_a_bigbird_count_several_times(tmp_path):
    bigbird.make().save_pretrained(tmp_path)
    tokenizer(wrapped=True).save_pretrained(tmp_path)
    app = opened(str(tmp_path))
    assert not app.exception
    assert not app.error
    assert shown_components(app) == ["attention_map"]
    assert "block-sparse in 3 layers" in key_figures(app)
    assert "its keys count 3 times for a query that is not global" in captions(app)


def test_the_models_are_grouped_by_their_source(decoder):
    app = opened(decoder)
    source = app.selectbox(key="model_source")
    assert [option.split(":")[0] for option in source.options] == [
        "Built in",
        "Built in",
        "From the hub",
        "From a folder or file",
    ]
    assert "This page supports Longformer, LED's encoder, BigBird, LongT5's encoder, MPT, and" in source.help
    app.selectbox(key="model_source").set_value(source.options[0]).run()
    assert app.text_input(key="model").value == ""
    assert not app.exception
    app.selectbox(key="model_source").set_value("From the hub").run()
    assert app.selectbox(key="model_source").value == "From the hub"
    app.text_input(key="model").set_value("someone/no-model").run()
    assert any("Download it first" in each.value for each in app.info)


@pytest.mark.parametrize(
    ("page", "use"), [("pages/question_answering.py", "Answers"), ("pages/classification.py", "Labels")]
)
def test_a_decoder_is_refused_answers_and_labels_with_the_reason(decoder, page, use):
    app = opened(decoder, page)
    assert not app.exception
    assert any(f"{use} need an encoder" in each.value and "Longformer" in each.value for each in app.error)


def test_the_compare_page_lays_patterns_over_a_decoder(decoder):
    app = opened(decoder, "pages/patterns.py")
    assert not app.exception
    assert not app.error
    assert "pattern_panels" in " ".join(shown_components(app))
    assert "of the pairs" in key_figures(app)


def test_the_compare_page_offers_the_own_pattern_of_a_mixed_model(tmp_path):
    FAMILIES["modernbert"].make().save_pretrained(tmp_path)
    tokenizer(wrapped=True).save_pretrained(tmp_path)
    app = AppTest.from_file(APP, default_timeout=180)
    app.query_params["model"] = str(tmp_path)
    app.query_params["document"] = "Your text"
    app.query_params["patterns"] = ["Model's own", "Full"]
    app.session_state["own_text"] = app.session_state["pasted"] = TEXT
    app.run()
    app.switch_page("pages/patterns.py").run()
    shares = {}
    for layer in (1, 3):
        app.slider(key="compare_layer").set_value(layer).run()
        assert not app.exception
        assert not app.error
        payload = next(each for each in app.get("bidi_component") if "panels" in each.proto.component_name)
        own, full = decode(payload.proto.bytes).header["grid"]["panels"]
        assert (own["name"], own["words"], own["own"]) == ("Model's own", "local and full", True)
        assert (full["name"], full["own"]) == ("Full", False)
        shares[layer] = own["pairs"] / full["pairs"]
    assert shares[1] < 0.2, "a local layer"
    assert shares[3] == 1, "a full layer"
    assert "the model's own pattern: local and full" in captions(app)


def test_the_text_is_shaded_by_loss_and_by_what_a_window_adds(decoder):
    from longformer_viz.models.running import run

    model = load(decoder)
    trace = run(model, TEXT)
    own, narrow = next_tokens(model, trace.tokens), next_tokens(model, trace.tokens, 4)
    for other in (None, narrow):
        parts, rows = loss_marks(trace, own, other)
        assert "".join(part.text for part in parts) == TEXT
        change = own.bits if other is None else narrow.bits - own.bits
        worst = int(change.nan_to_num(-1e9).argmax())
        assert (rows[0].text, rows[0].remark) == (trace.tokens.pieces[worst], f"token {worst:,}")
        marked = [part for part in parts if part.level == 3]
        assert len(marked) == int((change >= (8 if other is None else 4)).sum())
        assert all("probability" in part.title for part in marked)
        table = loss_rows(trace, own, other)
        assert table[0]["bits"] is None
        assert ("bits with the window" in table[5]) == (other is not None)
