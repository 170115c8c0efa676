# Copyright: (c) 2026, The quorate project
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find the strategies, also when ansible-test runs the tests, which doesn't read pyproject.toml.

Property tests try few examples, and the same ones every time. `--hypothesis-profile=thorough` tries many new ones, and
looks for the smallest that fails.
"""

from __future__ import annotations

import pathlib
import sys

from hypothesis import HealthCheck, Phase, settings

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "strategies"))

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]  # the machine may be busy
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]  # that takes minutes
settings.register_profile(
    "quick", max_examples=25, deadline=None, derandomize=True, phases=NO_SHRINKING, suppress_health_check=SLOW
)
settings.register_profile("thorough", max_examples=1000, deadline=None, suppress_health_check=SLOW)
settings.load_profile("quick")
