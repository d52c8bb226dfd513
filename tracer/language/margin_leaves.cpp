#include "tracer/language/margin_leaves.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "tracer/error.hpp"
#include "tracer/language/parts.hpp"
#include "tracer/margin/max_margin.hpp"

namespace tracer {
namespace {

std::string written(const Rational& q) {
  const std::string text = to_string(q);
  return q < 0 ? "−" + text.substr(1) : text;
}

std::string written(const std::vector<Rational>& x) {
  std::string text;
  for (const Rational& entry : x) text += (text.empty() ? "" : ", ") + written(entry);
  return x.size() == 1 ? text : "(" + text + ")";
}

/// "2·α1 − α3": a sum of multiples of what is named; 0 where all of them are.
class WrittenSum {
 public:
  void add(const Rational& factor, const std::string& what) {
    if (factor == 0) return;
    const Rational size = abs(factor);
    text_ += factor < 0 ? (text_.empty() ? "−" : " − ") : (text_.empty() ? "" : " + ");
    text_ += (size == 1 ? "" : written(size) + "·") + what;
  }
  std::string text() const { return text_.empty() ? "0" : text_; }

 private:
  std::string text_;
};

/// |value|/‖w‖ from ‖w‖²: a number where the root is one, else "5/√8".
std::string over_norm(const Rational& value, const Rational& norm_squared) {
  const Rational size = abs(value);
  const Integer above = sqrt(numerator(norm_squared));
  const Integer below = sqrt(denominator(norm_squared));
  const Rational root(above, below);
  if (root * root == norm_squared) return written(size / root);
  if (size == 0) return "0";
  const std::string under = written(norm_squared);
  const std::string over = denominator(size) == 1 ? written(size) : "(" + written(size) + ")";
  return over + "/√" + (denominator(norm_squared) == 1 ? under : "(" + under + ")");
}

std::vector<std::string> working_of(const std::vector<LabelledPoint>& points,
                                    const Hyperplane& plane) {
  std::vector<std::size_t> support;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (plane.multipliers[i] > 0) support.push_back(i);
  std::vector<std::string> page{
      "The hyperplane of maximum margin: w·x + b = 0 with y(w·x + b) ≥ 1 for every sample and ‖w‖ "
      "as small as can be. The samples that hold it, its support vectors, have y(w·x + b) = 1, and "
      "w = Σ αᵢyᵢxᵢ is made of them, with α ≥ 0 and Σ αᵢyᵢ = 0."};
  std::string text = "Support vectors:";
  for (const std::size_t i : support) {
    text += fmt::format("{} x{} = {} with y = {}", i == support[0] ? "" : ",", i + 1,
                        written(points[i].x), written(Rational(points[i].y)));
  }
  page.push_back(text + ".");

  text = "Their equations, w·x + b = y with that w:";
  WrittenSum balance, sum;
  std::string values;
  for (const std::size_t i : support) {
    const std::string alpha = fmt::format("α{}", i + 1);
    WrittenSum line;
    for (const std::size_t j : support)
      line.add(points[j].y * inner(points[i].x, points[j].x), fmt::format("α{}", j + 1));
    line.add(1, "b");
    text += fmt::format(" {} = {};", line.text(), written(Rational(points[i].y)));
    balance.add(points[i].y, alpha);
    sum.add(points[i].y * plane.multipliers[i], written(points[i].x));
    values += fmt::format("{} = {}, ", alpha, written(plane.multipliers[i]));
  }
  page.push_back(fmt::format("{} and {} = 0.", text, balance.text()));
  page.push_back(fmt::format("Solved: {}b = {}. So w = {} = {}.", values, written(plane.b),
                             sum.text(), written(plane.w)));
  if (!plane.unique) {
    page.emplace_back(
        "Other multipliers give the same w and b: more samples lie on the margin than are needed.");
  }
  const Rational norm_squared = inner(plane.w, plane.w);
  page.push_back(
      fmt::format("Margin 1/‖w‖ = {}. The decision value w·x + b and the distance "
                  "|w·x + b|/‖w‖ of each sample:",
                  over_norm(1, norm_squared)));
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Rational value = decision_value(plane, points[i].x);
    const bool on_margin = value == points[i].y;
    page.push_back(fmt::format("x{} = {}: {}, distance {}{}", i + 1, written(points[i].x),
                               written(value), over_norm(value, norm_squared),
                               !on_margin                 ? ""
                               : plane.multipliers[i] > 0 ? " (on the margin, a support vector)"
                                                          : " (on the margin, α = 0)"));
  }
  return page;
}

std::string proof_text(const std::vector<LabelledPoint>& points, const NotSeparable& proof) {
  const auto mixture = [&](int y) {
    WrittenSum sum;
    for (std::size_t i = 0; i < points.size(); ++i)
      if (points[i].y == y) sum.add(2 * proof.weights[i], written(points[i].x));
    return sum.text();
  };
  return fmt::format("{} lies between samples of either class: it is {} of class +1 and {} of −1",
                     written(proof.meeting_point), mixture(1), mixture(-1));
}

}  // namespace

bool is_max_margin(const Names& names, const ast::Leaf& leaf) {
  const auto* call = leaf.value ? names.as<ast::Call>(*leaf.value) : nullptr;
  return call != nullptr && call->function.text == "max_margin";
}

MarginLeaves read_margin(const Names& names, const ast::Leaf& leaf,
                         const std::optional<Samples>& samples) {
  const auto& call = *names.as<ast::Call>(*leaf.value);
  const Span span = names.span(*leaf.value);
  if (!samples) {
    throw BadStatement{span, "max_margin needs samples, and none stand above it",
                       "write data x, y in ([1, 0], 1), ([2, 0], -1) above"};
  }
  std::vector<Array<Exact>> values;
  for (const ast::ExprId argument : call.arguments) {
    const auto* name = names.as<ast::Name>(argument);
    const auto found =
        name == nullptr ? samples->names.end() : std::ranges::find(samples->names, name->text);
    if (found == samples->names.end())
      throw BadStatement{names.span(argument), "max_margin takes the names of the data",
                         "write w, b = max_margin(x, y)"};
    values.push_back(
        exact_value(samples->values[static_cast<std::size_t>(found - samples->names.begin())]));
    if (samples->rows) values.back().transposeInPlace();
  }
  if (values.size() != 2 || !call.keywords.empty() || values[1].rows() != 1) {
    throw BadStatement{span, "max_margin takes the points and their labels, one a point",
                       "write w, b = max_margin(x, y)"};
  }
  try {
    std::vector<Rational> labels;
    std::vector<LabelledPoint> points;
    for (Eigen::Index k = 0; k < values[1].cols(); ++k) {
      labels.push_back(values[1](0, k).rational());
      points.emplace_back();
      for (Eigen::Index c = 0; c < values[0].rows(); ++c)
        points.back().x.push_back(values[0](c, k).rational());
    }
    const std::vector<int> signs = signed_labels(labels);
    for (std::size_t i = 0; i < points.size(); ++i) points[i].y = signs[i];
    const auto found = max_margin(points);
    if (const auto* proof = std::get_if<NotSeparable>(&found)) {
      throw BadStatement{span, "the classes can't be separated: " + proof_text(points, *proof),
                         "take a sample away, or train with hinge, which allows for mistakes"};
    }
    const auto& plane = std::get<Hyperplane>(found);
    Array<Exact> w(static_cast<Eigen::Index>(plane.w.size()), 1);
    for (std::size_t c = 0; c < plane.w.size(); ++c)
      w(static_cast<Eigen::Index>(c), 0) = Exact(plane.w[c]);
    if (samples->rows) w.transposeInPlace();
    Array<Exact> b(1, 1);
    b(0, 0) = Exact(plane.b);
    std::vector<std::string> working = working_of(points, plane);
    const bool zeros = std::ranges::find(labels, Rational(0)) != labels.end();
    if (zeros) working.insert(working.begin(), "The label 0 is taken as −1.");
    const Shape shape = shape_of(w);
    return {{shape, std::move(w), true}, {shape_of(b), std::move(b), false}, std::move(working)};
  } catch (const Error& error) {
    throw BadStatement{span, error.what()};
  }
}

}  // namespace tracer
