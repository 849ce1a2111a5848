"""What CPUs train faster than Keras' own: models that share their weights, and Adam."""

import keras

from speechcodes.autoencoders import backend
from speechcodes.autoencoders.convolutions import Convolution, gains
from speechcodes.autoencoders.dropout import Dropout


def faster(model: keras.Model) -> keras.Model:
    """Return a model to train in place of another, which is trained with it.

    It shares all weights with the model given, which stays one that Keras alone can
    read. What is dropped differs from what Keras would drop after the same seed. On a
    GPU or another backend, it is the model itself.
    """
    if not backend.compiles():
        return model
    dropouts = {
        id(layer.input): layer
        for layer in model.layers
        if isinstance(layer, keras.layers.Dropout) and layer.rate
    }
    gaining = {
        layer.name: dropouts.pop(id(layer.output), None)
        for layer in model.layers
        if gains(layer, dropouts.get(id(layer.output)))
    }

    def replaced(layer):
        if layer.name in gaining:
            return Convolution(layer, gaining[layer.name])
        if layer in gaining.values():
            return keras.layers.Identity(name=layer.name)
        if layer in dropouts.values():
            return Dropout.from_config(layer.get_config())
        return layer

    return keras.models.clone_model(model, clone_function=replaced)


def optimiser(name: str, learning_rate: float) -> keras.optimizers.Optimizer:
    """Return Keras' optimiser of a name; Adam in one pass over the weights on a CPU."""
    settings = {"learning_rate": learning_rate}
    if name == "adam" and backend.compiles():
        return Adam(**settings)
    return keras.optimizers.get({"class_name": name, "config": settings})


class Adam(keras.optimizers.Adam):
    """Keras' Adam, by the kernel that TensorFlow has for it."""

    def update_step(self, gradient, variable, learning_rate):
        """Update the weights of a variable, and its moments."""
        import tensorflow as tf

        index = self._get_variable_index(variable)
        step = tf.cast(self.iterations + 1, variable.dtype)
        tf.raw_ops.ResourceApplyAdam(
            var=variable.handle,
            m=self._momentums[index].value.handle,
            v=self._velocities[index].value.handle,
            beta1_power=self.beta_1**step,
            beta2_power=self.beta_2**step,
            lr=learning_rate,
            beta1=self.beta_1,
            beta2=self.beta_2,
            epsilon=self.epsilon,
            grad=gradient,
        )
