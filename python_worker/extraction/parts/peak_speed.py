"""What a device could do at best."""

from __future__ import annotations

import torch

# Dense matrix products, TFLOP/s, from the vendors' data sheets: (bfloat16 and float16, float32).
_TERAFLOPS = {
    "H200": (989, 67), "H100 PCIe": (756, 51), "H100 NVL": (835, 60), "H100": (989, 67), "B200": (2250, 80),
    "A100": (312, 19.5), "A800": (312, 19.5), "L40S": (362, 91.6), "L4": (121, 30.3), "A40": (150, 37.4),
    "A10": (125, 31.2), "V100": (125, 15.7), "RTX 4090": (165, 82.6), "RTX A6000": (155, 38.7),
}  # fmt: skip


def peak_flops(device: torch.device, dtype: str) -> float | None:
    """Floating-point operations a second of matrix products in `dtype`; None for a device not known here."""
    if device.type != "cuda":
        return None
    return peak_of(torch.cuda.get_device_name(device), dtype)


def peak_of(name: str, dtype: str) -> float | None:
    """The same by the device's name."""
    found = next((speeds for known, speeds in _TERAFLOPS.items() if known.lower() in name.lower()), None)
    return None if found is None else found[1 if dtype == "float32" else 0] * 1e12
