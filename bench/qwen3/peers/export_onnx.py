"""
A checkpoint folder as transformers.js reads one, in fp32 and with 8-bit weights (its `q8`): export_onnx.py FOLDER OUT

The graph takes any batch and no keys and values from outside. The 8-bit file is made as the published
`model_quantized.onnx` are: dynamic quantisation of matrices and embedding table.
"""

import json
import shutil
import sys
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModel
from transformers.models.qwen3 import modeling_qwen3


class LastHiddenState(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids):
        return self.model(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, use_cache=False
        ).last_hidden_state


def norm(self, hidden):
    """The norm in the form that onnxruntime recognises and fuses into one operator."""
    return self.weight * (hidden / torch.sqrt(hidden.pow(2).mean(-1, keepdim=True) + self.variance_epsilon))


def main(folder, out):
    modeling_qwen3.Qwen3RMSNorm.forward = norm
    (out / "onnx").mkdir(parents=True, exist_ok=True)
    model = LastHiddenState(AutoModel.from_pretrained(folder, dtype=torch.float32, attn_implementation="sdpa")).eval()
    ids = torch.arange(14).reshape(2, 7)
    mask = torch.ones_like(ids)
    mask[0, :3] = 0
    positions = (mask.cumsum(1) - 1).clamp(min=0)
    shape = {0: torch.export.Dim("batch_size"), 1: torch.export.Dim("sequence_length")}
    with torch.no_grad():
        program = torch.onnx.export(
            model,
            (ids, mask, positions),
            input_names=["input_ids", "attention_mask", "position_ids"],
            output_names=["last_hidden_state"],
            dynamic_shapes=(shape, shape, shape),
            opset_version=20,
            dynamo=True,
        )
    onnx.save(
        program.model_proto,
        out / "onnx" / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
    )
    del program
    quantize_dynamic(
        out / "onnx" / "model.onnx",
        out / "onnx" / "model_quantized.onnx",
        op_types_to_quantize=["MatMul", "Gather"],
        weight_type=QuantType.QInt8,
        extra_options={"EnableSubgraph": True},
    )
    for name in ["config.json", "tokenizer.json"]:
        shutil.copy(folder / name, out / name)
    tokenizer = json.loads((folder / "tokenizer_config.json").read_text())
    # Pooling takes the last column, so that padding has to stand on the left.
    (out / "tokenizer_config.json").write_text(json.dumps({**tokenizer, "padding_side": "left"}))


main(Path(sys.argv[1]), Path(sys.argv[2]))
