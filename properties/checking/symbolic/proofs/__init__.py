"""Every proof there is, by subject; a new module of proofs is listed here."""

from seatrial.properties.checking.symbolic.proof import Proof
from seatrial.properties.checking.symbolic.proofs import arithmetic, deployment, machinery, replicaset, spread

MODULES = (arithmetic, deployment, machinery, replicaset, spread)
PROOFS: tuple[Proof, ...] = tuple(proof for module in MODULES for proof in module.PROOFS)
