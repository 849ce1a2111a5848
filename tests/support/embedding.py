"""Models in the format ONNX that embed signals, of one convolution."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

#: Samples of a window, without overlap; and what each of three numbers weighs.
WINDOW = 400
WEIGHTS = np.random.default_rng(0).normal(size=(3, 1, WINDOW)).astype(np.float32)


def make(path, mask=False, flat=False):
    """Write a model from signals (1, samples) to (1, frames, 3); return its path.

    With a mask it takes that, too, and multiplies by its mean. Flat, it gives
    (1, frames times 3), which is no such model as there should be.
    """
    inputs = [helper.make_tensor_value_info("signal", TensorProto.FLOAT, [1, None])]
    nodes = [
        helper.make_node("Unsqueeze", ["signal", "axis"], ["channel"]),
        helper.make_node("Conv", ["channel", "weights"], ["windows"], strides=[WINDOW]),
        helper.make_node("Flatten", ["windows"], ["frames"])
        if flat
        else helper.make_node("Transpose", ["windows"], ["frames"], perm=[0, 2, 1]),
    ]
    output = "frames"
    if mask:
        output, given = "masked", (TensorProto.INT64, [1, None])
        inputs.append(helper.make_tensor_value_info("attention_mask", *given))
        nodes += [
            helper.make_node(
                "Cast", ["attention_mask"], ["numbers"], to=TensorProto.FLOAT
            ),
            helper.make_node("ReduceMean", ["numbers"], ["mean"], keepdims=0),
            helper.make_node("Mul", ["frames", "mean"], [output]),
        ]
    shape = [1, None] if flat else [1, None, None]
    graph = helper.make_graph(
        nodes,
        "windows",
        inputs,
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, shape)],
        [
            numpy_helper.from_array(WEIGHTS, "weights"),
            numpy_helper.from_array(np.array([1]), "axis"),
        ],
    )
    versions = {"opset_imports": [helper.make_opsetid("", 17)], "ir_version": 8}
    save(helper.make_model(graph, **versions), str(path))
    return str(path)
