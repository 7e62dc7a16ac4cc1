"""The papers and articles that the project cites, named in full."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Work:
    """A paper or an article.

    Attributes:
        title: Its title.
        venue: Where it appeared.
        url: Its address.
        authors: Its authors; None where it names none.
        year: When it appeared; None where it gives no date.
    """

    title: str
    venue: str
    url: str
    authors: str | None = None
    year: int | None = None

    @property
    def published(self) -> str:
        """Venue and year."""
        return self.venue if self.year is None else f"{self.venue} {self.year}"


def _paper(number: str, authors: str, title: str, venue: str, year: int) -> tuple[str, Work]:
    return number, Work(title, venue, f"https://arxiv.org/abs/{number}", authors, year)


# The articles state neither author nor date. Their titles are those in their addresses.
GUIDE = Work(
    "How to implement Longformer for local plus global attention",
    "dichvuvisa247.com",
    "https://www.dichvuvisa247.com/how-to-implement-longformer-for-local-plus-global-attention/",
)
CHOICE = Work(
    "Longformer: long-document NLP", "Pristren blog", "https://pristren.com/blog/longformer-long-document-nlp"
)
ARTICLES = {"guide": GUIDE, "choice": CHOICE}

PAPERS = dict(
    (
        _paper(
            "2004.05150",
            "Iz Beltagy, Matthew E. Peters and Arman Cohan",
            "Longformer: The Long-Document Transformer",
            "arXiv",
            2020,
        ),
        _paper(
            "1706.03762",
            "Ashish Vaswani, Noam Shazeer, Niki Parmar, Jakob Uszkoreit, Llion Jones, Aidan N. Gomez, Łukasz Kaiser "
            "and Illia Polosukhin",
            "Attention Is All You Need",
            "NeurIPS",
            2017,
        ),
        _paper(
            "1810.04805",
            "Jacob Devlin, Ming-Wei Chang, Kenton Lee and Kristina Toutanova",
            "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
            "NAACL",
            2019,
        ),
        _paper(
            "2007.14062",
            "Manzil Zaheer and others",
            "Big Bird: Transformers for Longer Sequences",
            "NeurIPS",
            2020,
        ),
        _paper(
            "2001.04451",
            "Nikita Kitaev, Łukasz Kaiser and Anselm Levskaya",
            "Reformer: The Efficient Transformer",
            "ICLR",
            2020,
        ),
        _paper(
            "2412.13663",
            "Benjamin Warner and others",
            "Smarter, Better, Faster, Longer: A Modern Bidirectional Encoder for Fast, Memory Efficient, and Long "
            "Context Finetuning and Inference",
            "arXiv",
            2024,
        ),
        _paper(
            "1908.09091",
            "Mandar Joshi, Omer Levy, Daniel S. Weld and Luke Zettlemoyer",
            "BERT for Coreference Resolution: Baselines and Analysis",
            "EMNLP",
            2019,
        ),
        _paper(
            "2205.14135",
            "Tri Dao, Daniel Y. Fu, Stefano Ermon, Atri Rudra and Christopher Ré",
            "FlashAttention: Fast and Memory-Efficient Exact Attention with IO-Awareness",
            "NeurIPS",
            2022,
        ),
        _paper(
            "2108.12409",
            "Ofir Press, Noah A. Smith and Mike Lewis",
            "Train Short, Test Long: Attention with Linear Biases Enables Input Length Extrapolation",
            "ICLR",
            2022,
        ),
        _paper(
            "2311.16867",
            "Ebtesam Almazrouei and others",
            "The Falcon Series of Open Language Models",
            "arXiv",
            2023,
        ),
        _paper("2310.06825", "Albert Q. Jiang and others", "Mistral 7B", "arXiv", 2023),
        _paper(
            "1911.02116",
            "Alexis Conneau and others",
            "Unsupervised Cross-lingual Representation Learning at Scale",
            "ACL",
            2020,
        ),
        _paper("2303.08774", "OpenAI", "GPT-4 Technical Report", "arXiv", 2023),
        _paper(
            "2106.09685",
            "Edward J. Hu and others",
            "LoRA: Low-Rank Adaptation of Large Language Models",
            "ICLR",
            2022,
        ),
    )
)
_CITED = re.compile(r"arXiv:(\d{4}\.\d{5})")


def cited_papers(text: str) -> dict[str, Work]:
    """Return the papers that a text cites by their arXiv numbers, in its order.

    Args:
        text: Such as "Beltagy et al. 2020, arXiv:2004.05150, section 3.1".
    """
    return {number: PAPERS[number] for number in _CITED.findall(text)}
