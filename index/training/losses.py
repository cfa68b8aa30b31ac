"""What the student is to get right. All vectors are rows of unit length, shape ``(n, dim)``, float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def distance(student: Tensor, teacher: Tensor) -> Tensor:
    """Return the mean of 1 - cosine to the teacher's vectors, a scalar.

    N. Reimers & I. Gurevych, "Making Monolingual Sentence Embeddings Multilingual using Knowledge
    Distillation", EMNLP 2020, arXiv 2004.09813, with the cosine for the squared error.
    """
    return 1 - (student * teacher).sum(1).mean()


def neighbourhood(student: Tensor, teacher: Tensor, bank: Tensor, temperature: float) -> Tensor:
    """Return how far the student's neighbours in a bank of teacher vectors differ from the teacher's.

    A contrastive term with soft labels (Z. Fang et al., "SEED", ICLR 2021, arXiv 2101.04731).

    :param student: shape ``(n, dim)``.
    :param teacher: shape ``(n, dim)``.
    :param bank: other teacher vectors, shape ``(m, dim)``; the batch's own join it.
    :param temperature: above 0.
    :return: the Kullback-Leibler divergence of softmax(similarity / temperature) over the bank, a scalar.
    """
    others = torch.cat([teacher, bank]).T / temperature
    return functional.kl_div(
        functional.log_softmax(student @ others, -1),
        functional.log_softmax(teacher @ others, -1),
        reduction="batchmean",
        log_target=True,
    )


def same_intent(vectors: Tensor, intents: Tensor, temperature: float) -> Tensor:
    """Return the supervised contrastive loss over phrasings of intents.

    P. Khosla et al., "Supervised Contrastive Learning", NeurIPS 2020, arXiv 2004.11362, equation 2.

    :param vectors: phrasings, shape ``(n, dim)``; every intent has at least two.
    :param intents: shape ``(n,)``, int64; families stand in one batch, so confusable intents repel.
    :param temperature: above 0.
    :return: a scalar.
    """
    itself = torch.eye(len(vectors), dtype=torch.bool, device=vectors.device)
    same = (intents[:, None] == intents[None, :]) & ~itself
    similarity = (vectors @ vectors.T / temperature).masked_fill(itself, float("-inf"))
    logs = functional.log_softmax(similarity, dim=1)
    return -(logs.masked_fill(~same, 0.0).sum(1) / same.sum(1)).mean()
