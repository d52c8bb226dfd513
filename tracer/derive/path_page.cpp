// derive --paths: a gradient as the sum over all paths from the loss, each a product of local Jacobians.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/derive/ways.hpp"

namespace tracer {
namespace {

constexpr std::size_t most_listed = 12;   // paths; of more, the largest
constexpr std::size_t most_walked = 400;  // paths that are all worked out
constexpr std::size_t most_in_sum = 8;    // with more the lines say it better
constexpr std::size_t largest_kept = 5;

struct Walk {
  std::vector<NodeId> through;  // the loss first, the value last
  std::vector<const LocalJacobian*> factors;
  Array<Exact> value;  // empty: in symbols
  double size = 0;     // of the largest entry
};

class Paths : PagePart {
 public:
  Paths(const PageSource& source, const Ways& ways) : PagePart(source), ways_(ways) {}

  PathsTo paths_to(NodeId target) const {
    PathsTo made;
    made.wrt = graph_[target].name;
    const std::set<NodeId> way = plain_.way_to(std::array{target});
    const double count = count_to(target, way);
    made.count = count_text(count);
    const bool walked = count <= static_cast<double>(most_walked);
    const bool scalars =
        std::ranges::all_of(way, [&](NodeId id) { return graph_[id].shape.is_scalar(); });
    std::vector<Walk> walks;
    if (walked) {
      walks = walks_to(target, way, 0);
    } else if (numbers_.known() && scalars) {
      walks = walks_to(target, way, largest_kept);
    }
    const std::size_t all = walks.size();
    const bool complete = walked && all <= most_listed;
    if (!complete && walked && numbers_.known()) {
      std::ranges::stable_sort(walks, std::greater<>{}, &Walk::size);
      walks.resize(largest_kept);
    } else if (!complete && walked) {
      walks.resize(most_listed);
    }
    const std::string loss = rules_.loss_display().text;
    made.label = count == 1 ? fmt::format("One path from {} to {}", loss, made.wrt)
                            : fmt::format("{} paths from {} to {}", made.count, loss, made.wrt);
    if (!complete && !walks.empty())
      made.label += numbers_.known() ? fmt::format(", the {} largest of them", walks.size())
                                     : fmt::format(", the {} shortest of them", walks.size());
    if (walks.empty()) {
      made.label += ": too many to be listed; --wrt asks for a value nearer to the loss";
    }
    std::vector<Notation> products, values;
    for (const Walk& walk : walks) {
      Equation line;
      line.left = notation::words(fmt::format("{}", fmt::join(by_its_ends(walk.through), " ← ")));
      line.rule.push_back({true, product_of(walk)});
      products.push_back(line.rule[0].what);
      if (numbers_.known()) {
        add_factors(line, walk);
        Array<Exact> value = rules_.laid_out(walk.value);
        line.value = show_.links(value, rounded_as_asked(value));
        values.push_back(show_(value));
        say_once(line);
      }
      made.lines.push_back({{}, std::move(line)});
      for (const NodeId id : walk.through) made.lines.back().through.push_back(graph_[id].name);
    }
    if (count == 1) return made;
    made.sum.left = rules_.partial(target);
    if (complete && products.size() > 1 && products.size() <= most_in_sum) {
      made.sum.rule.push_back({true, notation::sum(std::move(products))});
      if (numbers_.known() && Show::fits(source_.record->adjoints.at(target))) {
        const bool exact = !source_.context.rounded && std::ranges::all_of(values, is_exact);
        made.sum.numbers.push_back({exact, notation::sum(std::move(values))});
      }
    } else {
      made.sum.rule.push_back({true, notation::words("the sum over all paths")});
    }
    if (numbers_.known()) {
      const Array<Exact> value = rules_.laid_out(source_.record->adjoints.at(target));
      made.sum.value = show_.links(value, source_.context.rounded);
      say_once(made.sum);
    }
    return made;
  }

 private:
  std::function<Array<Exact>(const Symbol&)> values() const {
    return [this](const Symbol& leaf) { return plain_numbers_.of(leaf); };
  }

  static std::string count_text(double count) {
    if (!std::isfinite(count)) return "more than 1e300";
    return count < 1e15 ? fmt::format("{:.0f}", count) : fmt::format("about {:.3g}", count);
  }

  // how many there are from the loss
  double count_to(NodeId target, const std::set<NodeId>& way) const {
    std::map<NodeId, double> count{{plain_.loss(), 1}};
    for (const GradientRule& gradient : plain_.gradients())
      if (way.contains(gradient.node) && gradient.node != plain_.loss())
        for (const Path& path : gradient.paths) count[gradient.node] += count.at(path.line);
    return count.at(target);
  }

  // The value that all paths begin with: 1, or the upstream gradient.
  Array<Exact> at_loss() const {
    if (plain_.seeded()) {
      return plain_numbers_.evaluate(plain_.adjoint(plain_.loss()));
    }
    return Array<Exact>::Constant(1, 1, Exact(1));
  }

  // A path from the loss as far as a value: the last step, and the path before it.
  struct Step {
    NodeId node;
    const LocalJacobian* factor;
    std::ptrdiff_t before;
  };
  struct Tail {
    std::ptrdiff_t last;
    Array<Exact> value;  // empty: in symbols
    double size = 0;
  };

  // All paths to a value; `most` other than 0: of numbers, those with the largest products. The
  // largest of a value go through the largest of the lines that use it.
  std::vector<Walk> walks_to(NodeId target, const std::set<NodeId>& way, std::size_t most) const {
    const bool valued = numbers_.known();
    std::vector<Step> steps{{plain_.loss(), nullptr, -1}};
    std::map<NodeId, std::vector<Tail>> tails;
    tails[plain_.loss()].push_back({0, valued ? at_loss() : Array<Exact>(), 1});
    for (const GradientRule& gradient : plain_.gradients()) {
      if (!way.contains(gradient.node) || gradient.node == plain_.loss()) continue;
      std::vector<Tail> made;
      for (const Path& path : gradient.paths) {
        const LocalJacobian* factor = &ways_.jacobians.at({path.line, gradient.node});
        for (const Tail& before : tails.at(path.line)) {
          Tail tail{static_cast<std::ptrdiff_t>(steps.size()), {}, 0};
          steps.push_back({gradient.node, factor, before.last});
          if (valued) {
            tail.value =
                sent_back(*factor, before.value, graph_, values(), source_.context.working);
            for (Eigen::Index k = 0; k < tail.value.size(); ++k)
              tail.size = std::max(tail.size, std::abs(tail.value(k).to_double()));
          }
          made.push_back(std::move(tail));
        }
      }
      if (most > 0 && made.size() > most) {
        std::ranges::stable_sort(made, std::greater<>{}, &Tail::size);
        made.resize(most);
      }
      tails[gradient.node] = std::move(made);
    }
    std::vector<Walk> walks;
    for (Tail& tail : tails.at(target)) {
      Walk walk;
      for (std::ptrdiff_t at = tail.last; at >= 0;
           at = steps[static_cast<std::size_t>(at)].before) {
        const Step& step = steps[static_cast<std::size_t>(at)];
        walk.through.push_back(step.node);
        if (step.factor != nullptr) walk.factors.push_back(step.factor);
      }
      std::ranges::reverse(walk.through);
      std::ranges::reverse(walk.factors);
      walk.value = std::move(tail.value);
      walk.size = tail.size;
      walks.push_back(std::move(walk));
    }
    if (most == 0)
      std::ranges::stable_sort(walks, {}, [](const Walk& one) { return one.through.size(); });
    return walks;
  }

  // Jacobians multiply as a row from the right; as a column, transposed, from the left.
  struct Piece {
    Notation in_row;
    Notation in_column;
  };

  // Whether a gradient stands as a row: in the numerator layout that of a column.
  bool is_row(NodeId id) const {
    const Shape& shape = graph_[id].shape;
    const bool lies = shape.rows.is_one() && !shape.columns.is_one();
    return shape.is_scalar() || lies != rules_.in_rows();
  }

  static Notation product_of(const std::vector<Piece>& pieces, bool row) {
    if (pieces.empty()) return notation::number("1");
    std::vector<Notation> factors;
    for (const Piece& piece : pieces) factors.push_back(row ? piece.in_row : piece.in_column);
    if (!row) std::ranges::reverse(factors);
    return factors.size() == 1 ? std::move(factors[0]) : notation::product(std::move(factors));
  }

  // The product of the Jacobians of a path, in the order of the layout.
  Notation product_of(const Walk& walk) const {
    constexpr std::size_t most_factors = 24;
    if (walk.factors.size() > most_factors)
      return notation::words(fmt::format("a product of {} slopes", walk.factors.size()));
    std::vector<Piece> pieces;  // the loss's first
    bool negative = false;
    const auto closed = [&](Notation made, NodeId at) {
      const Shape& shape = graph_[at].shape;
      const bool matrix = !shape.rows.is_one() && !shape.columns.is_one();
      if (matrix || shape.is_scalar()) return Piece{made, made};
      Notation other = notation::transpose(made);
      return is_row(at) ? Piece{std::move(made), std::move(other)}
                        : Piece{std::move(other), std::move(made)};
    };
    if (plain_.seeded())
      pieces.push_back(closed(write(rules_.adjoint(plain_.loss())), plain_.loss()));
    for (const LocalJacobian* factor : walk.factors) {
      if (factor->is_identity()) continue;
      // two steps that are simpler than each: P − Y
      const auto fusion = two_steps_as_one(rules_, numbers_, *rules_.find(factor->value));
      if (fusion && !factor->has_matrix() && !mentions_gradient(fusion->formula)) {
        pieces = {closed(write(fusion->formula), factor->value)};
        continue;
      }
      if (factor->between_numbers && factor->rule.is_number(-1)) {
        negative = !negative;
      } else if (factor->between_numbers || (factor->form && factor->named)) {
        pieces.push_back({factor->written(), factor->written()});
      } else if (factor->form) {
        pieces.push_back({factor->written(), write(transposed(*factor->form))});
      } else if (factor->above) {
        const Symbol& above = *factor->above;
        const Symbol so_far =
            Symbol::leaf(Quantity(Quantity::above), product_of(pieces, is_row(factor->line)),
                         rules_.laid_out(above.shape()));
        const Symbol rule = rules_.laid_out(factor->rule);
        pieces = {closed(write(substitute(rule, above.stands_for(), so_far)), factor->value)};
      } else {
        pieces.push_back(closed(write(rules_.laid_out(factor->rule)), factor->value));
      }
    }
    Notation made = product_of(pieces, is_row(walk.through.back()));
    return negative ? notation::negate(std::move(made)) : made;
  }

  // E ← S ← y; a long way by its ends
  std::vector<std::string> by_its_ends(const std::vector<NodeId>& through) const {
    constexpr std::size_t most_letters = 40, kept = 2;
    std::vector<std::string> names;
    std::size_t letters = 0;
    for (const NodeId id : through) {
      names.push_back(rules_.display(id).text);
      letters += names.back().size() + 3;
    }
    if (letters <= most_letters || names.size() <= 2 * kept + 1) return names;
    names.erase(names.begin() + kept, names.end() - kept);
    names.insert(names.begin() + kept, "…");
    return names;
  }

  // (−1.8788)(1.02)(1)(2): between numbers
  void add_factors(Equation& line, const Walk& walk) const {
    std::vector<Notation> factors;
    if (plain_.seeded()) factors.push_back(show_(at_loss()));
    for (const LocalJacobian* factor : walk.factors) {
      if (!factor->between_numbers) return;
      factors.push_back(show_(plain_numbers_.evaluate(factor->rule)));
    }
    if (factors.size() < 2 || factors.size() > 8) return;
    add_numbers(line, notation::product(std::move(factors), Notation::Product::juxtaposed));
  }

  const Ways& ways_;
};

}  // namespace

void write_paths(const PageSource& source, const Ways& ways, DerivationStep& page) {
  const Paths paths(source, ways);
  for (const NodeId target : ways.targets) page.paths.push_back(paths.paths_to(target));
}

}  // namespace tracer
