"""Everything that decides how a run goes, as frozen records that a run writes down."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final, Literal

from fashion_plugin.errors import TrainingError

__all__ = ["LOSSES", "NetworkSettings", "Precision", "Stage", "TrainSettings"]

Precision = Literal["float32", "mixed_float16", "mixed_bfloat16"]

LOSSES: Final = ("triplet", "contrastive", "semi_hard", "info_nce", "category", "colour")
"""The losses that a run can sum up, each with its weight."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """Which network: ``siamese`` is the papers' multi-scale one, ``head`` pooling and a linear embedding.

    ``weights`` are of the backbone or of the whole network: ``imagenet`` (fetched by Keras), ``none``, or a
    path. ``width`` is the alpha of MobileNets. ``frozen_below`` names the first layer of the backbone that
    may be trained; empty means all of them.
    """

    kind: Literal["head", "siamese"] = "head"
    backbone: str = "mobilenet_v2"
    size: int = 224
    dim: int = 256
    pooling: Literal["average", "max", "gem"] = "gem"
    dropout: float = 0.0
    width: float = 1.0
    weights: str = "imagenet"
    frozen_below: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of a run: the learning rate of the head, and of the backbone (0 freezes it)."""

    epochs: int
    rate: float
    backbone_rate: float


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """A run's settings; two runs with equal settings and photos on one machine give equal weights.

    ``batch`` counts triplets (three images each); ``warm_up`` is a share of each stage; ``mine_every`` is how
    many epochs lie between searches for hard negatives (0: none); ``checkpoint_steps`` is at most how many
    steps a kill can cost (or five minutes of them); 0 saves at the end of each epoch alone.
    """

    network: NetworkSettings = NetworkSettings()
    stages: tuple[Stage, ...] = (Stage(1, 1e-3, 0.0), Stage(4, 5e-4, 1e-4))
    losses: Mapping[str, float] = field(
        default_factory=lambda: {"info_nce": 1.0, "triplet": 0.5, "category": 0.35, "colour": 0.35}
    )
    batch: int = 16
    margin: float = 0.2
    temperature: float = 0.07
    in_class: float = 0.7
    synthetic: bool = True
    mine_every: int = 0
    weight_decay: float = 1e-4
    warm_up: float = 0.05
    precision: Precision = "float32"
    seed: int = 0
    checkpoint_steps: int = 200

    def __post_init__(self) -> None:
        unknown = sorted(set(self.losses) - set(LOSSES))
        if unknown or not any(weight > 0 for weight in self.losses.values()):
            raise TrainingError(
                f"losses are {', '.join(LOSSES)}, each with a weight above 0; not {dict(self.losses)}"
            )
        if self.batch < 2:
            raise TrainingError(f"a batch needs at least 2 triplets, not {self.batch}")
        if not self.stages or any(stage.epochs < 1 or stage.rate <= 0 for stage in self.stages):
            raise TrainingError("every stage needs at least one epoch and a rate above 0")
        if self.network.size < 32 or self.network.dim < 2:
            raise TrainingError(
                f"size must be at least 32 px and dim at least 2, not {self.network.size} and "
                f"{self.network.dim}"
            )

    @property
    def epochs(self) -> int:
        """The epochs of all stages."""
        return sum(stage.epochs for stage in self.stages)

    def stage_of(self, epoch: int) -> int:
        """The number of the stage that an epoch belongs to."""
        for number, stage in enumerate(self.stages):
            if epoch < stage.epochs:
                return number
            epoch -= stage.epochs
        return len(self.stages) - 1

    def to_json(self) -> dict[str, Any]:
        """Plain values, for ``run.json``."""
        return asdict(self) | {"losses": dict(self.losses), "stages": [asdict(s) for s in self.stages]}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "TrainSettings":
        """The settings that ``run.json`` holds.

        Raises:
            TrainingError: they are of another version, or damaged.
        """
        try:
            return cls(
                **{
                    **values,
                    "network": NetworkSettings(**values["network"]),
                    "stages": tuple(Stage(**stage) for stage in values["stages"]),
                }
            )
        except (KeyError, TypeError) as error:
            raise TrainingError(f"the run's settings cannot be read ({error}): start it again") from error
