"""The body that garments are cut for: widths at every height, and poses of arms and legs."""

from dataclasses import dataclass

import numpy as np

from fashion_demo_store.drawing.geometry import Path, Points, along, spline

__all__ = ["FLAT", "MAN", "POSES", "WOMAN", "Body", "Joint", "Pose", "Side"]

Joint = tuple[float, float]
Side = int
"""1 for the figure's side at x > 0, -1 for the other."""


_SWAY_Y, _SWAY = (1.6, 3.1, 4.0, 6.0), (0.0, 0.35, 1.0, 0.6)


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the joints are: for each arm shoulder-to-wrist offsets, for each leg the knee and the ankle.

    Arms are (elbow, wrist) relative to the shoulder tip at x > 0; legs are (knee x, ankle x, foot turn).
    ``sway`` moves the hips sideways.
    """

    right_arm: tuple[Joint, Joint]
    left_arm: tuple[Joint, Joint]
    right_leg: tuple[float, float] = (0.36, 0.34)
    left_leg: tuple[float, float] = (0.36, 0.34)
    sway: float = 0.0


FLAT = Pose(((0.42, 1.22), (0.66, 2.40)), ((0.42, 1.22), (0.66, 2.40)), (0.43, 0.50), (0.43, 0.50))
POSES = (
    Pose(((0.20, 1.22), (0.22, 2.36)), ((0.24, 1.20), (0.20, 2.34)), (0.34, 0.30), (0.42, 0.50), 0.05),
    Pose(((0.22, 1.22), (0.26, 2.36)), ((0.62, 1.02), (0.02, 1.72)), (0.42, 0.52), (0.34, 0.28), -0.06),
    Pose(((0.26, 1.20), (0.34, 2.30)), ((0.26, 1.20), (0.34, 2.30)), (0.40, 0.44), (0.40, 0.44), 0.0),
)


@dataclass(frozen=True, slots=True)
class Body:
    """A figure's measures: half-widths in heads."""

    shoulder: float
    bust: float
    waist: float
    hip: float
    thigh: float
    pose: Pose = FLAT

    def posed(self, pose: Pose) -> "Body":
        """The same body in another pose."""
        return Body(self.shoulder, self.bust, self.waist, self.hip, self.thigh, pose)

    def half(self, y: float) -> float:
        """Half the width of the trunk at a height."""
        heights = (1.5, 1.95, 2.3, 3.05, 3.75, 4.05, 4.6)
        widths = (0.3, self.bust * 0.97, self.bust, self.waist, self.hip * 0.98, self.hip, self.hip * 0.97)
        return float(np.interp(y, heights, widths))

    def middle(self, y: float) -> float:
        """Where the middle of the body is at a height."""
        return self.pose.sway * float(np.interp(y, _SWAY_Y, _SWAY))

    def tip(self, side: Side) -> Joint:
        """The tip of a shoulder."""
        return side * self.shoulder, 1.74

    def arm(self, side: Side) -> Points:
        """The middle line of an arm from shoulder to wrist, (n, 2)."""
        elbow, wrist = self.pose.right_arm if side > 0 else self.pose.left_arm
        x, y = self.tip(side)
        x -= side * 0.10
        y += 0.08
        joints: Path = [(x, y), (x + side * elbow[0], y + elbow[1]), (x + side * wrist[0], y + wrist[1])]
        return spline(joints, closed=False, steps=16)

    def leg(self, side: Side) -> Points:
        """The middle line of a leg from hip to ankle, (n, 2)."""
        knee, ankle = self.pose.right_leg if side > 0 else self.pose.left_leg
        hip = (side * self.hip * 0.52 + self.middle(4.0), 4.05)
        return spline(
            [hip, (side * knee + self.middle(5.8), 5.85), (side * ankle, 7.55)], closed=False, steps=16
        )

    def shift(self, points: Points) -> Points:
        """Points moved sideways as the body sways."""
        if not self.pose.sway:
            return points
        moved = points.copy()
        moved[:, 0] += self.pose.sway * np.interp(points[:, 1], _SWAY_Y, _SWAY)
        return moved


WOMAN = Body(shoulder=0.82, bust=0.62, waist=0.49, hip=0.68, thigh=0.34)
MAN = Body(shoulder=1.00, bust=0.76, waist=0.66, hip=0.68, thigh=0.36)


def sample(line: Points, fraction: float) -> tuple[Points, Points]:
    """A place on a line and the unit vector across it, pointing to the right of its direction."""
    here, ahead = along(line, [fraction, min(1.0, fraction + 0.02)])
    behind = along(line, [max(0.0, fraction - 0.02)])[0]
    direction = ahead - behind
    direction /= np.hypot(*direction) + 1e-9
    return here, np.array([-direction[1], direction[0]])
