"""The hostile corpus is as large as the documentation says."""

from longformer_viz.ui.link_params import LINK_PARAMS
from tests.hostile import files, saved, test_addresses, test_folders, texts

PROMISED = 2_000


def test_there_are_two_thousand_inputs_beside_the_wrong_types():
    folders = (test_folders.CONFIGS, test_folders.RAW_CONFIGS, test_folders.HEADERS, test_folders.INDEXES)
    counts = {
        "texts": len(set(texts.SHORT)) + len(set(texts.LONG)),
        "files": len(set(files.ALL)),
        "addresses": len(set(test_addresses.VALUES)) * len({param.key for param in LINK_PARAMS}),
        "names": len(set(test_folders.NAMES)) + len(set(test_folders.DEVICES)),
        "folders": sum(map(len, folders)) + 2 * len(test_folders.PIPES),
        "results": len(set(saved.results())),
        "training data": len(set(saved.training_files())),
    }
    assert sum(counts.values()) >= PROMISED, counts
    assert sum(counts.values()) - counts["addresses"] >= 1_500, counts
