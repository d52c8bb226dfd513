// What PyTorch, Keras, NumPy and their like have as objects and methods, and a lesson as lines: the
// line to write in place of a call that was pasted. See foreign.hpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/language/foreign.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {

namespace {

constexpr std::string_view leave_out = "leave the line out";
constexpr std::string_view no_layers = "layers are no objects here, but lines";
constexpr std::string_view no_losses = "losses are no objects here, but functions";
constexpr std::string_view no_function = "there is no function called {}";
constexpr std::string_view not_drawn = "'{}' draws numbers that the lesson's seed knows nothing of";
constexpr std::string_view by_train = "the train line makes the updates";
constexpr std::string_view train_line =
    "write train {loss} with sgd(lr=0.01), epochs=1, or leave the line out";
constexpr std::string_view by_itself = "gradients are worked out by themselves";
constexpr std::string_view grad_line = "write grad {loss}, or leave the line out";

// In remedies {0} and {1} are what it is given, {name} the name that the value gets, {loss} the
// lesson's loss.
constexpr AdviceRow on_calls[] = {
    {"Σ ∑", no_function, "write sum({0})"},
    {"σ", no_function, "write sigmoid({0})"},
    {"φ ϕ ψ", no_function, "write an activation by its name: sigmoid({0}), tanh({0}), relu({0})"},
    {"√", no_function, "write sqrt({0})"},
    {"∇", no_function, "write grad {loss} wrt w to ask for a gradient"},
    {"ReLU", no_layers, "write relu(z) where it is applied to z"},
    {"LeakyReLU", no_layers, "write leaky_relu(z, 0.01) where it is applied to z"},
    {"ELU", no_layers, "write elu(z) where it is applied to z"},
    {"GELU", no_layers, "write gelu(z) where it is applied to z"},
    {"SiLU", no_layers, "write silu(z) where it is applied to z"},
    {"Sigmoid", no_layers, "write sigmoid(z) where it is applied to z"},
    {"Tanh", no_layers, "write tanh(z) where it is applied to z"},
    {"Softplus", no_layers, "write softplus(z) where it is applied to z"},
    {"Softmax", no_layers, "write softmax(z) where it is applied to z"},
    {"LogSoftmax", no_layers, "write log_softmax(z) where it is applied to z"},
    {"Dropout", no_layers, "write dropout(a, 0.5) where it is applied to a"},
    {"BatchNorm1d BatchNorm2d BatchNormalization LayerNorm", no_layers,
     "write batch_norm(Z, gamma, beta), with param gamma = ones(n, 1) and param beta = zeros(n, "
     "1)"},
    {"Sequential Model Module", no_layers,
     "write a line for each: z1 = W1 @ x + b1, a1 = relu(z1), z2 = W2 @ a1 + b2"},
    {"MSELoss MeanSquaredError", no_losses, "write {loss} = mse(z, y)"},
    {"CrossEntropyLoss CategoricalCrossentropy SparseCategoricalCrossentropy NLLLoss", no_losses,
     "write {loss} = softmax_cross_entropy(z, y) of logits z and a one-hot y"},
    {"BCELoss BinaryCrossentropy", no_losses, "write {loss} = bce(p, y)"},
    {"BCEWithLogitsLoss", no_losses, "write {loss} = bce_with_logits(z, y)"},
    {"L1Loss MeanAbsoluteError", no_losses, "write {loss} = mean(abs(z - y))"},
    {"mean_squared_error", no_function, "write mse({0}, {1})"},
    {"l1_loss mean_absolute_error", no_function, "write mean(abs({0} - {1}))"},
    {"categorical_crossentropy", no_function,
     "write cross_entropy({1}, {0}): the targets come last"},
    {"binary_crossentropy", no_function, "write bce({1}, {0}): the targets come last"},
    {"HuberLoss SmoothL1Loss", no_losses, "write {loss} = huber(z, y)"},
    {"smooth_l1_loss", no_function, "write huber({0}, {1})"},
    {"kl_div KLDivLoss", no_function, "write kl(p, q) of probabilities, p the true ones"},
    {"erfc", no_function, "write 1 - erf({0})"},
    {"log10", no_function, "write log({0})/log(10)"},
    {"log2", no_function, "write log({0})/log(2)"},
    {"log1p", no_function, "write log(1 + {0})"},
    {"expm1", no_function, "write exp({0}) - 1"},
    {"exp2", no_function, "write 2**({0})"},
    {"tan", no_function, "write sin({0})/cos({0})"},
    {"sinh", no_function, "write (exp({0}) - exp(-({0})))/2"},
    {"cosh", no_function, "write (exp({0}) + exp(-({0})))/2"},
    {"cbrt", no_function, "write ({0})**(1/3)"},
    {"rsqrt", no_function, "write 1/sqrt({0})"},
    {"reciprocal", no_function, "write 1/({0})"},
    {"relu6", no_function, "write clip({0}, 0, 6)"},
    {"mish", no_function, "write {0} * tanh(softplus({0}))"},
    {"hardtanh", no_function, "write clip({0}, -1, 1)"},
    {"flatten ravel", no_function, "write reshape({0}, -1, 1)"},
    {"einsum tensordot bmm", no_function, "write matrix products with @, and transposes with .T"},
    {"argmax argmin", no_function,
     "a choice has no slope: softmax(z) is its smooth form; train shows "
     "the accuracy by itself"},
    {"eye identity_matrix", no_function, "write it out: [[1, 0], [0, 1]]"},
    {"randn normal_ standard_normal", not_drawn,
     "declare what is drawn: param {name} = normal({0}, {1})"},
    {"rand", not_drawn, "declare what is drawn: param {name} = uniform({0}, {1})"},
    {"grad value_and_grad", by_itself, "write grad {loss} wrt w, with the names in place of w"},
    {"manual_seed set_seed PRNGKey", "a seed is a line of its own", "write seed {0}"},
};

// The same of methods: what stands before the dot is no argument.
constexpr AdviceRow on_methods[] = {
    {"backward requires_grad_ retain_grad", by_itself, grad_line},
    {"gradient value_and_grad grad", by_itself,
     "write grad {loss} wrt w, with the names in place of w"},
    {"zero_grad no_grad eval train", by_itself, leave_out},
    {"zero_ cuda cpu to share_memory", "numbers are stored by themselves", leave_out},
    {"step apply_gradients minimize", by_train, train_line},
    {"fit compile train_on_batch", by_train, "write train {loss} with sgd(lr=0.01), epochs=1"},
    {"figure plot scatter show legend title xlabel ylabel", "tracer draws by itself", leave_out},
};

bool is_object(std::string_view name) { return name.front() >= 'A' && name.front() <= 'Z'; }

std::string_view keyword_of(const PastedCall& call, std::initializer_list<std::string_view> names) {
  for (const auto& [name, value] : call.keywords)
    if (std::ranges::find(names, name) != names.end()) return value;
  return "";
}

bool starts_with_digit(std::string_view text) {
  return !text.empty() && (text.front() == '.' || (text.front() >= '0' && text.front() <= '9'));
}

// torch.optim.SGD(model.parameters(), lr=0.01), keras.optimizers.Adam(0.001)
std::optional<Advice> on_optimizer(const PastedCall& call) {
  if (!is_object(call.function)) return std::nullopt;
  const std::string name = in_small_letters(call.function);
  const bool known =
      name == "lbfgs" ||
      std::ranges::any_of(Optimizer::all(), [&](const auto& rule) { return rule.name == name; });
  if (!known) return std::nullopt;
  std::string_view rate = keyword_of(call, {"lr", "learning_rate"});
  for (const std::string& argument : call.arguments)
    if (rate.empty() && starts_with_digit(argument)) rate = argument;
  return Advice{std::string(by_train),
                fmt::format("write train {} with {}(lr={}), epochs=1 as the last line", call.loss,
                            name, rate.empty() ? "0.01" : rate)};
}

// nn.Linear(2, 3) has its inputs first, Dense(3, activation="relu") only its outputs
std::optional<Advice> on_dense_layer(const PastedCall& call) {
  const bool linear = call.function == "Linear";
  if (!linear && call.function != "Dense") return std::nullopt;
  const std::size_t wanted = linear ? 2 : 1;
  const bool complete = call.arguments.size() >= wanted;
  const std::string outputs = complete ? call.arguments[wanted - 1] : "outputs";
  const std::string inputs = linear && complete ? call.arguments[0] : "inputs";
  const std::string of = call.line.empty() ? "" : "_" + call.line;
  std::string remedy = fmt::format(
      "write param W{0} = kaiming({1}, {2}) and param b{0} = zeros({1}, 1), and z = W{0} @ x + "
      "b{0} "
      "where it is applied to x",
      of, outputs, inputs);
  std::string_view activation = keyword_of(call, {"activation"});
  if (activation.size() > 2) {
    activation = activation.substr(1, activation.size() - 2);  // without its quotes
    remedy += fmt::format("; then a = {}(z)", activation);
  }
  return Advice{std::string(no_layers), std::move(remedy)};
}

void fill_in(std::string& text, std::string_view mark, std::string_view with) {
  for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + with.size()))
    text.replace(at, mark.size(), with);
}

}  // namespace

std::optional<Advice> advice_on_call(const PastedCall& pasted) {
  PastedCall call = pasted;
  std::optional<Advice> advice;
  if (call.is_method) advice = advice_of(on_methods, call.function);
  // keras.layers.Dense(3): a module before the dot is no argument
  const bool drops = call.is_method && (advice || is_object(call.function));
  if (drops && !call.arguments.empty()) call.arguments.erase(call.arguments.begin());
  if (!advice) advice = on_optimizer(call);
  if (!advice) advice = on_dense_layer(call);
  if (!advice) advice = advice_of(on_calls, call.function);
  if (!advice) return std::nullopt;
  constexpr std::array<std::string_view, 2> marks{"{0}", "{1}"}, otherwise{"x", "y"};
  for (std::size_t i = 0; i < marks.size(); ++i)
    fill_in(advice->remedy, marks[i],
            i < call.arguments.size() ? std::string_view(call.arguments[i]) : otherwise[i]);
  fill_in(advice->remedy, "{name}", call.line.empty() ? "W" : call.line);
  fill_in(advice->remedy, "{loss}", call.loss);
  return advice;
}

}  // namespace tracer
