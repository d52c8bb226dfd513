// derive --jacobians and --paths: the local Jacobians of the way from the loss to what is asked for,
// and that gradient as the sum over all paths there are, each a product of them.
#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "tracer/derive/jacobian.hpp"
#include "tracer/derive/page_parts.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr long long most_jacobian_entries = 400;  // of a Jacobian in numbers
constexpr std::size_t most_listed = 12;           // paths; of more, the largest
constexpr std::size_t most_walked = 400;          // paths that are all worked out
constexpr std::size_t most_in_sum = 8;            // with more the lines say it better
constexpr std::size_t largest_kept = 5;

struct Walk {
  std::vector<NodeId> through;  // the loss first, the value last
  std::vector<const LocalJacobian*> factors;
  Array<Exact> value;  // empty: in symbols
  double size = 0;     // of the largest entry
};

class Ways : PagePart {
 public:
  explicit Ways(const PageSource& source) : PagePart(source) {
    for (const GradientRule& gradient : plain_.gradients())
      if (is_asked_for(gradient.node)) targets_.push_back(gradient.node);
    if (targets_.empty())
      throw Error("the loss depends on none of the values asked for: there is no path to them");
    std::ranges::sort(targets_);
    const std::set<NodeId> way = plain_.way_to(targets_);
    for (const GradientRule& gradient : plain_.gradients())
      for (const Path& path : gradient.paths)
        if (way.contains(gradient.node))
          jacobians_.emplace(std::pair(path.line, gradient.node),
                             local_jacobian(plain_, path, gradient.node));
  }

  void write_jacobians(DerivationStep& page) const {
    std::vector<const LocalJacobian*> all;
    for (const auto& [edge, jacobian] : jacobians_) all.push_back(&jacobian);
    // from the loss on; of one line its operands in the order of the lesson
    std::ranges::stable_sort(all, std::greater<>{}, [](const auto* j) { return j->line; });
    for (const LocalJacobian* jacobian : all) page.jacobians.push_back(equation_of(*jacobian));
  }

  void write_paths(DerivationStep& page) const {
    for (const NodeId target : targets_) page.paths.push_back(paths_to(target));
  }

 private:
  bool is_asked_for(NodeId id) const {
    return source_.context.wanted.empty() ? graph_[id].is_leaf() : source_.wanted(id);
  }

  std::function<Array<Exact>(const Symbol&)> values() const {
    return [this](const Symbol& leaf) { return plain_numbers_.of(leaf); };
  }

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
      Array<Exact> entries = jacobian_entries(jacobian, graph_, values(), source_.context.working);
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

  // ∂L/∂W; where other lines use W too, what comes through this one
  Notation part_of_gradient(const LocalJacobian& jacobian) const {
    Notation partial = rules_.partial(jacobian.value);
    if (plain_.find(jacobian.value)->paths.size() == 1) return partial;
    return notation::words("through " + rules_.display(jacobian.line).text + ",",
                           {std::move(partial)});
  }

  // --- paths

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
        const LocalJacobian* factor = &jacobians_.at({path.line, gradient.node});
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
      std::string names;
      for (const std::string& name : by_its_ends(walk.through))
        names += (names.empty() ? "" : " ← ") + name;
      line.left = notation::words(names);
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

  std::vector<NodeId> targets_;
  std::map<std::pair<NodeId, NodeId>, LocalJacobian> jacobians_;  // by line and value
};

}  // namespace

void write_ways(const PageContext& context, std::shared_ptr<const BatchGraph> batch,
                const StepRecord* record, bool jacobians, bool paths, DerivationStep& page) {
  const PageSource source{context, *batch, record,
                          StepNumbers(context.rules, record, context.show, context.working)};
  const Ways ways(source);
  if (jacobians) ways.write_jacobians(page);
  if (paths) ways.write_paths(page);
}

}  // namespace tracer
