// derive --jacobians: the local Jacobians of the ways from the loss to what is asked for.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/ways.hpp"

namespace tracer {
namespace {

constexpr long long most_jacobian_entries = 400;  // of a Jacobian in numbers

class JacobianLines : PagePart {
 public:
  explicit JacobianLines(const PageSource& source) : PagePart(source) {}

  Equation equation_of(const LocalJacobian& jacobian) const {
    Equation made;
    const Shape& line = graph_[jacobian.line].shape;
    const Shape& value = graph_[jacobian.value].shape;
    const auto is_vector = [](const Shape& shape) {
      return shape.rows.is_one() || shape.columns.is_one();
    };
    const bool vectors = is_vector(line) && is_vector(value);
    if (!jacobian.has_matrix() && jacobian.above && !(vectors && numbers_.known())) {
      made.left = part_of_gradient(jacobian);
      made.rule.push_back({true, write_short(rules_.laid_out(jacobian.rule))});
      made.remarks.push_back(
          vectors ? fmt::format("written as its product with ∂{}/∂{}", rules_.loss_display().text,
                                rules_.display(jacobian.line).text)
                  : fmt::format("{} is {} and {} {}: no matrix holds it; this is its product with "
                                "∂{}/∂{}",
                                rules_.display(jacobian.line).text, to_string(line),
                                rules_.display(jacobian.value).text, to_string(value),
                                rules_.loss_display().text, rules_.display(jacobian.line).text));
      return made;
    }
    made.left = notation::partial(rules_.display(jacobian.line), rules_.display(jacobian.value));
    if (jacobian.line == plain_.loss() && plain_.find(jacobian.value)->paths.size() > 1)
      made.left = part_of_gradient(jacobian);  // ∂L/∂w is the sum
    const bool entries_say_it = !jacobian.has_matrix() && jacobian.above;
    if (!jacobian.has_matrix() && !entries_say_it) {  // of a loss by a matrix: it is the gradient
      made.rule.push_back({true, write_short(rules_.laid_out(jacobian.rule))});
    } else if (!entries_say_it) {
      made.rule.push_back({true, jacobian.written()});
      if (jacobian.named) made.rule.push_back({true, jacobian.written_out()});
    }
    if (numbers_.known() && line.count() * value.count() <= most_jacobian_entries) {
      Array<Exact> entries = jacobian_entries(
          jacobian, graph_, [this](const Symbol& leaf) { return plain_numbers_.of(leaf); },
          source_.context.working);
      if (!jacobian.has_matrix() && line.is_scalar() && !vectors) {
        const Array<Exact> gradient =
            entries.reshaped<Eigen::RowMajor>(value.rows.count, value.columns.count);
        entries = rules_.laid_out(gradient);
      }
      made.value = show_.links(entries);
      say_once(made);
    }
    if (!line.is_scalar() && jacobian.is_identity())
      made.remarks.push_back(rules_.display(jacobian.value).text + " is passed on as it is");
    return made;
  }

 private:
  // ∂L/∂W; where other lines use W too, what comes through this one
  Notation part_of_gradient(const LocalJacobian& jacobian) const {
    Notation partial = rules_.partial(jacobian.value);
    if (plain_.find(jacobian.value)->paths.size() == 1) return partial;
    return notation::words("through " + rules_.display(jacobian.line).text + ",",
                           {std::move(partial)});
  }
};

}  // namespace

void write_jacobians(const PageSource& source, const Ways& ways, DerivationStep& page) {
  std::vector<const LocalJacobian*> all;
  for (const auto& [edge, jacobian] : ways.jacobians) all.push_back(&jacobian);
  // from the loss on; of one line its operands in the order of the lesson
  std::ranges::stable_sort(all, std::greater<>{}, [](const auto* j) { return j->line; });
  const JacobianLines lines(source);
  for (const LocalJacobian* jacobian : all) page.jacobians.push_back(lines.equation_of(*jacobian));
}

}  // namespace tracer
