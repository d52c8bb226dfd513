// See example_documents.hpp.
#include "tests/render/example_documents.hpp"

#include "tracer/number/rational.hpp"

namespace tracer::examples {
namespace {

using namespace tracer::notation;
using How = Notation::Product;

std::vector<Link> links(std::vector<Notation> parts) {
  std::vector<Link> made;
  for (Notation& part : parts) made.push_back({!part.rounded, std::move(part)});
  return made;
}

Notation d(const char* wrt) { return partial(name("L"), name(wrt)); }
Notation side(std::vector<Notation> factors) {
  return product(std::move(factors), How::juxtaposed);
}

Given given(const char* what, const char* decimal) {
  return {what, scalar(decimal), equation(name(what), {}, {}, {number(decimal)})};
}

GradientLine gradient(const char* wrt, const char* decimal, Equation line) {
  GradientLine made;
  made.of = "L";
  made.wrt = wrt;
  made.value = scalar(decimal);
  made.equation = std::move(line);
  return made;
}

/// ∂L/∂to = ∂L/∂from · ∂from/∂to = ∂L/∂from · slope = (above)(number) = decimal
GradientLine chained(const char* from, const char* to, Notation slope, const char* above,
                     const char* slope_number, const char* decimal,
                     std::vector<std::string> remarks = {}) {
  return gradient(
      to, decimal,
      equation(
          d(to),
          {product({d(from), partial(name(from), name(to))}), product({d(from), std::move(slope)})},
          {side({number(above), number(slope_number)})}, {number(decimal)}, std::move(remarks)));
}

UpdateLine update(const char* what, const char* before, const char* gradient_value,
                  const char* after) {
  Equation line =
      equation(name(what), {},
               {sum({number(before), negate(product({number("0.01"), number(gradient_value)}))})},
               {number(after)});
  line.arrow = true;
  return {what, scalar(before), scalar(after), {}, {line}};
}

Notation row_by_row(int rows, int columns, const std::vector<const char*>& entries,
                    bool rounded = false) {
  std::vector<Notation> children;
  for (const char* entry : entries) children.push_back(number(entry));
  Notation made = matrix(rows, columns, std::move(children));
  made.rounded = rounded;
  return made;
}

Value matrix_value(int rows, int columns, const std::vector<const char*>& entries) {
  Value made;
  made.numbers.resize(rows, columns);
  for (int i = 0; i < rows * columns; ++i) {
    const char* entry = entries[static_cast<std::size_t>(i)];
    made.numbers(i / columns, i % columns) = Exact(parse_rational(entry));
    made.decimals.push_back({entry, true, true, ""});
  }
  return made;
}

}  // namespace

Equation equation(Notation left, std::vector<Notation> rule, std::vector<Notation> numbers,
                  std::vector<Notation> value, std::vector<std::string> remarks) {
  Equation made;
  made.left = std::move(left);
  made.rule = links(std::move(rule));
  made.numbers = links(std::move(numbers));
  made.value = links(std::move(value));
  made.remarks = std::move(remarks);
  return made;
}

Value scalar(const std::string& decimal) {
  Value value;
  value.numbers.resize(1, 1);
  value.numbers(0, 0) = Exact(parse_rational(decimal));
  value.decimals = {{decimal, true, true, ""}};
  return value;
}

Derivation relu_sample_2() {
  const Notation half = number("1/2"), two = number("2"), minus_y = negate(name("y"));
  DerivationStep step;
  step.step = 2;
  step.samples = {2};
  step.heading = "Sample 2 of 3: x = 2, y = 4";
  step.weights_label = "Weights now (after sample 1)";
  step.weights = {given("w1", "1.02"), given("b1", "0.02"), given("w2", "1.02"),
                  given("b2", "0.02")};
  step.path = {"x", "z1", "a1", "z2", "L"};
  step.forward = {
      {"z1", "w1*x + b1", "", scalar("2.06"),
       equation(name("z1"), {sum({product({name("w1"), name("x")}), name("b1")})},
                {sum({side({number("1.02"), two}), number("0.02")})}, {number("2.06")})},
      {"a1", "relu(z1)", "", scalar("2.06"),
       equation(name("a1"), {call("relu", {name("z1")})}, {call("relu", {number("2.06")})},
                {number("2.06")}, {"z1 > 0: passed on unchanged"})},
      {"z2", "w2*a1 + b2", "", scalar("2.1212"),
       equation(name("z2"), {sum({product({name("w2"), name("a1")}), name("b2")})},
                {sum({side({number("1.02"), number("2.06")}), number("0.02")})},
                {number("2.1212")})},
      {"L", "1/2*(z2 - y)**2", "", scalar("1.76494472"),
       equation(name("L"), {side({half, power(sum({name("z2"), minus_y}), two)})},
                {side({half, power(sum({number("2.1212"), negate(number("4"))}), two)})},
                {number("1.76494472")})}};
  step.way_back = {"L", "z2", "a1", "z1"};
  step.gradients = {gradient("z2", "-1.8788",
                             equation(d("z2"), {sum({name("z2"), minus_y})},
                                      {sum({number("2.1212"), negate(number("4"))})},
                                      {number("-1.8788")}, {"the 2 of the square cancels the ½"})),
                    chained("z2", "w2", name("a1"), "-1.8788", "2.06", "-3.870328"),
                    chained("z2", "b2", number("1"), "-1.8788", "1", "-1.8788"),
                    chained("z2", "a1", name("w2"), "-1.8788", "1.02", "-1.916376",
                            {"w2 from the forward pass, not the updated one"}),
                    chained("a1", "z1", call("relu′", {name("z1")}), "-1.916376", "1", "-1.916376",
                            {"z1 > 0, so the slope is 1"}),
                    chained("z1", "w1", name("x"), "-1.916376", "2", "-3.832752"),
                    chained("z1", "b1", number("1"), "-1.916376", "1", "-1.916376")};
  step.chains = {equation(
      d("w1"),
      {product({sum({name("z2"), minus_y}), name("w2"), call("relu′", {name("z1")}), name("x")})},
      {side({number("-1.8788"), number("1.02"), number("1"), two})}, {number("-3.832752")})};
  step.update_rule = "new = old − 0.01 · gradient, all from the gradients above";
  step.updates = {update("w1", "1.02", "-3.832752", "1.05832752"),
                  update("b1", "0.02", "-1.916376", "0.03916376"),
                  update("w2", "1.02", "-3.870328", "1.05870328"),
                  update("b2", "0.02", "-1.8788", "0.038788")};
  step.effect = {equation(name("L"), {}, {}, {number("1.409251143", true)}, {"was 1.76494472"})};
  Derivation derivation;
  derivation.parameters = {"w1", "b1", "w2", "b2"};
  derivation.steps = {step};
  return derivation;
}

Derivation softmax_batch() {
  const Notation one_over_m = quotient(number("1"), name("m"));
  const auto entry = [](const char* of, const char* at) {
    return call("ln", {index(name(of), at)});
  };
  const auto given_matrix = [](const char* what, int rows, int columns,
                               const std::vector<const char*>& entries) {
    return Given{what, matrix_value(rows, columns, entries),
                 equation(name(what), {}, {}, {row_by_row(rows, columns, entries)})};
  };
  DerivationStep step;
  step.samples = {1, 2};
  step.heading = "Batch of m = 2";
  step.layout = "one column per sample, one row per unit; L is the mean over the samples";
  step.data = {given_matrix("X", 2, 2, {"1", "2", "3", "1"}),
               given_matrix("Y", 2, 2, {"0", "1", "1", "0"})};
  step.weights = {given_matrix("W", 2, 2, {"0.5", "-0.5", "0", "0.5"}),
                  given_matrix("b", 2, 1, {"0.5", "0"})};
  const Notation w = row_by_row(2, 2, {"0.5", "-0.5", "0", "0.5"});
  const Notation x = row_by_row(2, 2, {"1", "2", "3", "1"});
  const Notation z = row_by_row(2, 2, {"-0.5", "1", "1.5", "0.5"});
  const Notation p = row_by_row(2, 2, {"0.119203", "0.622459", "0.880797", "0.377541"}, true);
  const Notation dz = row_by_row(2, 2, {"0.0596015", "-0.188770", "-0.0596015", "0.188770"}, true);
  step.forward = {
      {"Z", "W @ X + b", "2×2", matrix_value(2, 2, {"-0.5", "1", "1.5", "0.5"}),
       equation(name("Z"), {sum({product({name("W"), name("X")}, How::matrix), name("b")})},
                {sum({product({w, x}, How::matrix), row_by_row(2, 1, {"0.5", "0"})})}, {z},
                {"(2×2)(2×2) + (2×1):", "b is added to each column"})},
      {"P", "softmax(Z)", "2×2",
       matrix_value(2, 2, {"0.119203", "0.622459", "0.880797", "0.377541"}),
       equation(name("P"), {call("softmax", {name("Z")})}, {}, {p},
                {"P[i,k] = exp Z[i,k] / Σⱼ exp Z[j,k]", "every column sums to 1"})},
      {"L", "cross_entropy(P, Y)", "", scalar("0.300502"),
       equation(name("L"),
                {negate(side({one_over_m, call("Σ", {product({name("Y"), call("ln", {name("P")})},
                                                             How::hadamard)})})),
                 negate(side({number("1/2"), sum({entry("P", "1,0"), entry("P", "0,1")})}))},
                {}, {number("0.300502", true)},
                {"Y picks one P per sample: that of the true class"})}};
  const auto line = [](const char* wrt, Value value, Equation working) {
    GradientLine made = gradient(wrt, "0", std::move(working));
    made.value = std::move(value);
    return made;
  };
  const auto sub = [](const char* text) { return words(text); };
  GradientLine to_z =
      line("Z", matrix_value(2, 2, {"0.0596015", "-0.188770", "-0.0596015", "0.188770"}),
           equation(d("Z"), {quotient(sum({name("P"), negate(name("Y"))}), name("m"))}, {}, {dz},
                    {"why: pⱼ = P[j,k], yⱼ = Y[j,k], one sample k", "columns sum to 0"}));
  const Notation p_i = name("pᵢ"), p_j = name("pⱼ"), y_j = name("yⱼ");
  to_z.explanation = {
      equation(partial(p_i, name("zⱼ")), {sub("pᵢ(1 − pᵢ) if i = j, else −pᵢpⱼ")}, {}, {},
               {"every z moves every p"}),
      equation(d("zⱼ"),
               {call("Σᵢ", {product({d("pᵢ"), partial(p_i, name("zⱼ"))})}),
                side({one_over_m, sum({negate(y_j), side({p_j, call("Σᵢ", {name("yᵢ")})})})}),
                quotient(sum({p_j, negate(y_j)}), name("m"))},
               {}, {}, {"Σᵢ yᵢ = 1"})};
  step.gradients = {
      line("P", matrix_value(2, 2, {"0", "-0.803265", "-0.567668", "0"}),
           equation(d("P"),
                    {negate(side({one_over_m, quotient(name("Y"), name("P"), How::hadamard)}))}, {},
                    {row_by_row(2, 2, {"0", "-0.803265", "-0.567668", "0"}, true)},
                    {"⊘, ⊙: entry by entry"})),
      to_z,
      line(
          "W", matrix_value(2, 2, {"-0.317939", "-0.00996595", "0.317939", "0.00996595"}),
          equation(d("W"), {product({d("Z"), transpose(name("X"))}, How::matrix)},
                   {product({dz, row_by_row(2, 2, {"1", "3", "2", "1"})}, How::matrix)},
                   {row_by_row(2, 2, {"-0.317939", "-0.00996595", "0.317939", "0.00996595"}, true)},
                   {"(2×2)(2×2)",
                    "why Xᵀ: W[0,0] meets X[0,k] in every sample k, so its gradient "
                    "is a sum over samples"})),
      line("b", matrix_value(2, 1, {"-0.129169", "0.129169"}),
           equation(d("b"), {words("row sums of", {d("Z")})}, {},
                    {row_by_row(2, 1, {"-0.129169", "0.129169"}, true)},
                    {"b was added to both columns"}))};
  step.gradients[2].equation.numbers[0].exact = false;
  Derivation derivation;
  derivation.parameters = {"W", "b"};
  derivation.steps = {step};
  return derivation;
}

Derivation symbolic() {
  DerivationStep step;
  step.forward = {
      {"z",
       "w*x + b",
       "",
       {},
       equation(name("z"), {sum({product({name("w"), name("x")}), name("b")})}, {}, {})},
      {"loss",
       "(z - y)**2",
       "",
       {},
       equation(name("loss"), {power(sum({name("z"), negate(name("y"))}), number("2"))}, {}, {},
                {"squared error"})}};
  GradientLine line;
  line.of = "loss";
  line.wrt = "w";
  const Notation to_z = partial(name("loss"), name("z"));
  line.equation = equation(partial(name("loss"), name("w")),
                           {product({to_z, name("x")}),
                            product({number("2"), sum({name("z"), negate(name("y"))}), name("x")})},
                           {}, {}, {"collected"});
  step.gradients = {line};
  Derivation derivation;
  derivation.title = "In symbols";
  derivation.parameters = {"w", "b"};
  derivation.steps = {step};
  return derivation;
}

}  // namespace tracer::examples
