"""One thread for torch: the tests share the machine, and threads that wait for each other take ten times as long."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
