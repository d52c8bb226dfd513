// derive --check: beside every gradient of a page the difference that confirms it. The value is moved
// by h in exact arithmetic, all that depends on it is computed anew, and
//
//   (L(v + h) − L(v − h))/2h = L′ + O(h²)
//
// is L′ itself, as a fraction, where L is at most quadratic in v (Burden & Faires, Numerical
// Analysis, 4.1). Nothing of the backward pass takes part.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/rewrite.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {
namespace {

constexpr Eigen::Index most_checked = 64;  // of a gradient; of a larger one the largest
constexpr std::size_t largest_checked = 10;
constexpr double most_multiplications = 2e7;  // multiplications, of a page

// The loss as a function of one value of the lesson, all before it left as it is.
class Along {
 public:
  Along(const BatchGraph& batch, const StepRecord& record, NodeId value, const std::string& seed,
        Working working)
      : made_(rewrite(batch.graph,
                      [&](RewrittenGraph& made, NodeId old) {
                        const Node& node = batch.graph[old];
                        return old == value
                                   ? made.graph.leaf(LeafKind::input, node.name, node.shape)
                                   : copy_node(made, node);
                      })),
        loss_(made_.of(batch.loss)),
        moved_(made_.of(value)),
        tape_(made_.graph, {}, working) {
    for (NodeId id = 0; id < batch.graph.size(); ++id) {
      const Node& node = batch.graph[id];
      if ((node.is_leaf() && node.leaf != LeafKind::constant) || id == value)
        tape_.own_value(made_.of(id)) = record.values.at(id);
    }
    if (!seed.empty()) seed_ = record.values.at(batch.graph.find(seed));
  }

  // with the entry moved by `by`
  Exact operator()(Eigen::Index row, Eigen::Index column, const Rational& by) {
    Exact& entry = tape_.own_value(moved_)(row, column);
    const Exact kept = entry;
    entry += Exact(by, kept.working());
    tape_.forward();
    tape_.own_value(moved_)(row, column) = kept;
    const auto result = tape_.value(loss_);
    if (!seed_) return result(0, 0);
    Exact sum = 0;
    for (Eigen::Index i = 0; i < result.rows(); ++i)
      for (Eigen::Index j = 0; j < result.cols(); ++j) sum += (*seed_)(i, j) * result(i, j);
    return sum;
  }

 private:
  RewrittenGraph made_;
  NodeId loss_;
  NodeId moved_;
  Tape<Exact> tape_;
  std::optional<Array<Exact>> seed_;
};

class Differences : PagePart {
 public:
  Differences(const PageSource& source, int digits)
      : PagePart(source), exponent_(std::max(10, digits)), h_(1 / power_of_ten(exponent_)) {}

  bool write_to(DerivationStep& page) {
    page.check_heading = fmt::format("({0}(v + h) − {0}(v − h))/2h, h = 1e-{1}, exactly computed",
                                     rules_.loss_display().text, exponent_);
    double entries = 0;
    std::vector<const GradientRule*> checked;
    for (const GradientRule& gradient : rules_.gradients()) {
      if (!source_.wanted(gradient.node)) continue;
      checked.push_back(&gradient);
      entries += static_cast<double>(
          std::min<long long>(graph_[gradient.node].shape.count(), most_checked));
    }
    if (2 * entries * cost_of(graph_) > most_multiplications)
      throw Error(
          "--check: this graph is too large for differences of every gradient on the page; ask "
          "for some with --wrt, or let check judge it");
    bool all = true;
    for (const GradientRule* gradient : checked) {
      page.checks.push_back(line(gradient->node));
      all = page.checks.back().agrees && all;
    }
    return all;
  }

 private:
  struct Entry {
    Eigen::Index row, column;
  };

  DifferenceLine line(NodeId id) const {
    DifferenceLine made;
    made.wrt = graph_[id].name;
    const Array<Exact>& gradient = source_.record->adjoints.at(id);
    std::vector<Entry> entries;
    for (Eigen::Index i = 0; i < gradient.rows(); ++i)
      for (Eigen::Index j = 0; j < gradient.cols(); ++j) entries.push_back({i, j});
    const bool complete = gradient.size() <= most_checked;
    if (!complete) {
      std::ranges::stable_sort(entries, std::greater<>{}, [&](const Entry& e) {
        return std::abs(gradient(e.row, e.column).to_double());
      });
      entries.resize(largest_checked);
    }
    const std::string seed = source_.context.program.seed_name;
    Along loss(source_.batch, *source_.record, id, seed, source_.context.working);
    Array<Exact> found = gradient;
    bool exact = true;
    double agreement = 1e9;  // decimal digits of the worst entry
    std::vector<std::string> corners;
    for (const Entry& e : entries) {
      const Exact& g = gradient(e.row, e.column);
      const Exact right = loss(e.row, e.column, h_);
      const Exact left = loss(e.row, e.column, -h_);
      const Exact difference = (right - left) / Exact(2 * h_);
      found(e.row, e.column) = difference;
      const Exact error = difference - g;
      if (error.is_zero_surely()) continue;
      exact = false;
      const double scale = std::max(std::abs(g.to_double()), 1.0);
      const double digits = -std::log10(magnitude(error) / scale);
      if (digits < 8) {
        const Exact here = loss(e.row, e.column, 0);
        const double above = ((right - here) / Exact(h_)).to_double();
        const double below = ((here - left) / Exact(h_)).to_double();
        const double slack = 1e-6 * scale;
        const double taken = g.to_double();
        if (std::abs(above - below) > slack && taken >= std::min(above, below) - slack &&
            taken <= std::max(above, below) + slack) {
          corners.push_back(fmt::format(
              "{}a corner: the slope is {:.4g} on one side and {:.4g} on the other; {:.4g} is "
              "taken",
              gradient.size() == 1 ? "" : fmt::format("[{},{}] is at ", e.row, e.column), below,
              above, taken));
          continue;
        }
        made.agrees = false;
      }
      agreement = std::min(agreement, digits);
    }
    Equation& equation = made.equation;
    equation.left = rules_.partial(id);
    if (complete) equation.value = show_.links(rules_.laid_out(found));
    std::string said = !made.agrees ? "NOT the gradient above"
                       : exact      ? "the gradient above exactly"
                       : agreement > 1e8
                           ? ""
                           : fmt::format("the gradient above to {} digits",
                                         static_cast<int>(std::min(agreement, 300.0)));
    if (!complete)
      said =
          fmt::format("the {} largest of {} entries: {}", largest_checked, gradient.size(), said);
    if (!said.empty()) equation.remarks.push_back(std::move(said));
    add_remarks(equation, std::move(corners));
    return made;
  }

  // of its end that is farther from 0
  static double magnitude(const Exact& x) {
    if (x.is_rational()) return std::abs(x.to_double());
    const Interval interval = x.enclosure(64);
    return std::max(std::abs(mpfr_get_d(interval.lower(), MPFR_RNDN)),
                    std::abs(mpfr_get_d(interval.upper(), MPFR_RNDN)));
  }

  int exponent_;
  Rational h_;
};

}  // namespace

bool write_differences(const PageContext& context, const StepRecord& record, int digits,
                       DerivationStep& page) {
  const PageSource source = source_of(context, record);
  return Differences(source, digits).write_to(page);
}

}  // namespace tracer
