"""What counts as English: prose does, its neighbours and other scripts do not; too few words are not judged."""

import pytest

from longformer_viz.documents.language import looks_english
from longformer_viz.documents.samples import sample, sample_names

OTHERS = {
    "Dutch": "De havenmeester houdt twee boeken bij; het ene is voor de schepen, het andere leest niemand. In het "
    "voorjaar was het water zo hoog dat de kade onder liep. We wonen in het dorp en hij had het gezien. Als je het "
    "weet, dan kun je er wat aan doen.",
    "German": "Der Hafenmeister führt zwei Bücher; das eine ist für die Schiffe, das andere liest niemand. Im "
    "Frühjahr war das Wasser so hoch, dass der Kai überflutet wurde und kaum jemand mehr zur Arbeit kam.",
    "French": "Le capitaine du port tient deux registres; l'un est pour les navires, l'autre, personne ne le lit. Au "
    "printemps, l'eau était si haute que le quai fut inondé. On ne sait pas ce qui s'est passé.",
    "Danish": "Havnemesteren fører to bøger; den ene er for skibene, den anden læser ingen. I foråret var vandet så "
    "højt, at kajen blev oversvømmet. Vi har set det, og han kan gøre noget ved det for os.",
    "Chinese": "港务长保管着两本账簿，一本是给船只用的，另一本没有人看。"
    "那年春天水位很高，码头被淹没，几乎没有人能去上班。",
    "Russian": "Смотритель гавани ведёт две книги: одна для судов, другую никто не читает.",
}


@pytest.mark.parametrize("name", sample_names())
def test_the_samples_are_english(name):
    assert looks_english(sample(name).text)


@pytest.mark.parametrize("language", OTHERS)
def test_other_languages_are_told_apart(language):
    assert not looks_english(OTHERS[language])


@pytest.mark.parametrize("text", ["", "word", "12 34 " * 50, "Wie spät ist es?", "🙂 " * 40])
def test_too_few_words_are_not_judged(text):
    assert looks_english(text)
