// derive --jacobians and --paths: the local Jacobians of the way from the loss to what is asked for,
// and that gradient as the sum over all paths there are, each a product of them.
#include <algorithm>
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

// A use of a value by a line.
struct Edge {
  const Path* path;
  NodeId value;
};

struct Walk {
  std::vector<NodeId> through;  // the loss first, the value last
  std::vector<const LocalJacobian*> factors;
  Array<Exact> value;  // empty: in symbols
  double size = 0;     // of the largest entry
};

class Ways : PagePart {
 public:
  explicit Ways(const PageSource& source)
      : PagePart(source),
        plain_(rules_.denominator()),
        plain_numbers_(plain_, source.record, show_, source.context.working) {
    for (const GradientRule& gradient : plain_.gradients())
      if (is_asked_for(gradient.node)) targets_.push_back(gradient.node);
    if (targets_.empty())
      throw Error("the loss depends on none of the values asked for: there is no path to them");
    std::ranges::sort(targets_);
    mark_way();
    for (const GradientRule& gradient : plain_.gradients())
      for (const Path& path : gradient.paths)
        if (on_way_.contains(gradient.node))
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

  void mark_way() {
    on_way_.insert(targets_.begin(), targets_.end());
    // what uses a value on the way is on the way: users come earlier in the backward order
    const auto& all = plain_.gradients();
    for (auto gradient = all.rbegin(); gradient != all.rend(); ++gradient)
      if (on_way_.contains(gradient->node))
        for (const Path& path : gradient->paths) on_way_.insert(path.line);
  }

  std::function<Array<Exact>(const Symbol&)> values() const {
    return [this](const Symbol& leaf) { return plain_numbers_.of(leaf); };
  }

  Equation equation_of(const LocalJacobian& jacobian) const {
    Equation made;
    const Shape& line = graph_[jacobian.line].shape;
    const Shape& value = graph_[jacobian.value].shape;
    if (!jacobian.has_matrix() && jacobian.above) {
      made.left = part_of_gradient(jacobian);
      const Symbol rule = rules_.laid_out(jacobian.rule);
      made.rule.push_back({true, write_short(rule)});
      made.remarks.push_back(fmt::format(
          "{} is {} and {} {}: no matrix holds it; this is its product with ∂{}/∂{}",
          rules_.display(jacobian.line).text, to_string(line), rules_.display(jacobian.value).text,
          to_string(value), rules_.loss_display().text, rules_.display(jacobian.line).text));
      return made;
    }
    made.left = notation::partial(rules_.display(jacobian.line), rules_.display(jacobian.value));
    if (jacobian.line == plain_.loss() && plain_.find(jacobian.value)->paths.size() > 1)
      made.left = part_of_gradient(jacobian);  // ∂L/∂w is the sum
    if (!jacobian.has_matrix()) {              // of a loss by a matrix: it is the gradient
      made.rule.push_back({true, write_short(rules_.laid_out(jacobian.rule))});
    } else {
      made.rule.push_back({true, jacobian.written()});
      if (jacobian.named) made.rule.push_back({true, jacobian.written_out()});
    }
    if (numbers_.known() && line.count() * value.count() <= most_jacobian_entries) {
      Array<Exact> entries = jacobian_entries(jacobian, graph_, values(), source_.context.working);
      if (!jacobian.has_matrix() && line.is_scalar()) {
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

  // how many there are from the loss to each value
  double count_to(NodeId node, std::map<NodeId, double>& known) const {
    if (node == plain_.loss()) return 1;
    if (const auto found = known.find(node); found != known.end()) return found->second;
    double count = 0;
    if (const GradientRule* rule = plain_.find(node))
      for (const Path& path : rule->paths) count += count_to(path.line, known);
    return known[node] = count;
  }

  static std::string count_text(double count) {
    return count < 1e15 ? fmt::format("{:.0f}", count) : fmt::format("about {:.3g}", count);
  }

  std::vector<Walk> all_walks(NodeId target) const {
    std::vector<Walk> found;
    std::vector<NodeId> nodes{target};
    std::vector<const LocalJacobian*> factors;
    const std::function<void(NodeId)> walk = [&](NodeId node) {
      if (node == plain_.loss()) {
        Walk made;
        made.through.assign(nodes.rbegin(), nodes.rend());
        made.factors.assign(factors.rbegin(), factors.rend());
        found.push_back(std::move(made));
        return;
      }
      for (const Path& path : plain_.find(node)->paths) {
        nodes.push_back(path.line);
        factors.push_back(&jacobians_.at({path.line, node}));
        walk(path.line);
        nodes.pop_back();
        factors.pop_back();
      }
    };
    walk(target);
    std::ranges::stable_sort(found, {}, [](const Walk& one) { return one.through.size(); });
    return found;
  }

  // Of more paths than can be walked: the largest products, where all is numbers. The largest of a
  // value go through the largest of the lines that use it.
  std::vector<Walk> largest_walks(NodeId target) const {
    std::map<NodeId, std::vector<Walk>> best;
    const std::function<const std::vector<Walk>&(NodeId)> of =
        [&](NodeId node) -> const std::vector<Walk>& {
      if (const auto found = best.find(node); found != best.end()) return found->second;
      std::vector<Walk> walks;
      if (node == plain_.loss()) {
        Walk one;
        one.through = {node};
        one.value = Array<Exact>::Constant(1, 1, Exact(1));
        one.size = 1;
        walks.push_back(std::move(one));
      } else {
        for (const Path& path : plain_.find(node)->paths) {
          const LocalJacobian* edge = &jacobians_.at({path.line, node});
          for (Walk walk : of(path.line)) {
            walk.through.push_back(node);
            walk.factors.push_back(edge);
            walk.value = sent_back(*edge, walk.value, graph_, values(), source_.context.working);
            walk.size = std::abs(walk.value(0, 0).to_double());
            walks.push_back(std::move(walk));
          }
        }
        std::ranges::stable_sort(walks, std::greater<>{}, &Walk::size);
        if (walks.size() > largest_kept) walks.resize(largest_kept);
      }
      return best[node] = std::move(walks);
    };
    return of(target);
  }

  bool all_numbers_to(NodeId target) const {
    std::set<NodeId> seen;
    const std::function<bool(NodeId)> scalar = [&](NodeId node) {
      if (!seen.insert(node).second) return true;
      if (!graph_[node].shape.is_scalar()) return false;
      const GradientRule* rule = node == plain_.loss() ? nullptr : plain_.find(node);
      return rule == nullptr ||
             std::ranges::all_of(rule->paths, [&](const Path& path) { return scalar(path.line); });
    };
    return scalar(target);
  }

  void work_out(Walk& walk) const {
    const Shape& top = graph_[plain_.loss()].shape;
    Array<Exact> value = plain_.seeded()
                             ? plain_numbers_.of(plain_.adjoint(plain_.loss()))
                             : Array<Exact>::Constant(top.rows.count, top.columns.count, Exact(1));
    for (const LocalJacobian* factor : walk.factors)
      value = sent_back(*factor, value, graph_, values(), source_.context.working);
    walk.value = std::move(value);
    for (Eigen::Index k = 0; k < walk.value.size(); ++k)
      walk.size = std::max(walk.size, std::abs(walk.value(k).to_double()));
  }

  // The product of the Jacobians of a path, in the order of the layout.
  Notation product_of(const Walk& walk) const {
    constexpr std::size_t most_factors = 24;
    if (walk.factors.size() > most_factors)
      return notation::words(fmt::format("a product of {} slopes", walk.factors.size()));
    std::vector<Notation> factors;  // the loss's first
    bool negative = false;
    const bool turned = !rules_.in_rows() && std::ranges::any_of(walk.through, [&](NodeId id) {
      return !graph_[id].shape.is_scalar();
    });
    if (plain_.seeded()) factors.push_back(write(rules_.adjoint(plain_.loss())));
    for (const LocalJacobian* factor : walk.factors) {
      if (factor->is_identity()) continue;
      // two steps that are simpler than each: P − Y
      const auto fusion = two_steps_as_one(rules_, numbers_, *rules_.find(factor->value));
      if (fusion && !factor->has_matrix() && !mentions_gradient(fusion->formula)) {
        factors = {write(fusion->formula)};
        continue;
      }
      if (factor->between_numbers && factor->rule.is_number(-1)) {
        negative = !negative;
      } else if (factor->has_matrix()) {
        factors.push_back(factor_of(*factor));
      } else if (factor->above) {
        const Symbol& above = *factor->above;
        const Symbol so_far = Symbol::leaf(Quantity(Quantity::above), in_order(factors, turned),
                                           rules_.laid_out(above.shape()));
        const Symbol rule = rules_.laid_out(factor->rule);
        factors = {write(substitute(rule, above.stands_for(), so_far))};
      } else {
        factors.push_back(write(rules_.laid_out(factor->rule)));
      }
    }
    Notation made = in_order(std::move(factors), turned);
    return negative ? notation::negate(std::move(made)) : made;
  }

  // as it multiplies: transposed from the left, in the denominator layout
  Notation factor_of(const LocalJacobian& jacobian) const {
    if (rules_.in_rows() || jacobian.between_numbers || jacobian.named) return jacobian.written();
    return write(transposed(*jacobian.form));
  }

  static Notation in_order(std::vector<Notation> factors, bool turned) {
    if (factors.empty()) return notation::number("1");
    if (factors.size() == 1) return std::move(factors[0]);
    if (turned) std::ranges::reverse(factors);
    return notation::product(std::move(factors));
  }

  PathsTo paths_to(NodeId target) const {
    PathsTo made;
    made.wrt = graph_[target].name;
    std::map<NodeId, double> known;
    const double count = count_to(target, known);
    made.count = count_text(count);
    const bool walked = count <= static_cast<double>(most_walked);
    const bool ranked = !walked && numbers_.known() && all_numbers_to(target);
    std::vector<Walk> walks;
    if (walked) {
      walks = all_walks(target);
      if (numbers_.known())
        for (Walk& walk : walks) work_out(walk);
    } else if (ranked) {
      walks = largest_walks(target);
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
      std::string way;
      for (const std::string& name : by_its_ends(walk.through))
        way += (way.empty() ? "" : " ← ") + name;
      line.left = notation::words(way);
      line.rule.push_back({true, product_of(walk)});
      products.push_back(line.rule[0].what);
      if (numbers_.known()) {
        add_factors(line, walk);
        const Array<Exact> value = rules_.laid_out(walk.value);
        line.value = show_.links(value);
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
        const bool exact = std::ranges::all_of(values, is_exact);
        made.sum.numbers.push_back({exact, notation::sum(std::move(values))});
      }
    } else {
      made.sum.rule.push_back(
          {true, notation::words(fmt::format("the sum over all {} paths", made.count))});
    }
    if (numbers_.known()) {
      const Array<Exact> value = rules_.laid_out(source_.record->adjoints.at(target));
      made.sum.value = show_.links(value, source_.record->rounded_adjoints.contains(target));
      say_once(made.sum);
    }
    return made;
  }

  // E ← S ← y; a long way by its ends
  std::vector<std::string> by_its_ends(const std::vector<NodeId>& through) const {
    constexpr std::size_t most = 9, kept = 3;
    std::vector<std::string> names;
    for (std::size_t k = 0; k < through.size(); ++k) {
      if (through.size() > most && k == kept) {
        names.emplace_back("…");
        k = through.size() - kept;
      }
      names.push_back(rules_.display(through[k]).text);
    }
    return names;
  }

  // (−1.8788)(1.02)(1)(2): between numbers
  void add_factors(Equation& line, const Walk& walk) const {
    std::vector<Notation> factors;
    for (const LocalJacobian* factor : walk.factors) {
      if (!factor->between_numbers) return;
      factors.push_back(show_(plain_numbers_.evaluate(factor->rule)));
    }
    if (factors.size() < 2 || factors.size() > 8) return;
    add_numbers(line, notation::product(std::move(factors), Notation::Product::juxtaposed));
  }

  const Rules& plain_;
  StepNumbers plain_numbers_;
  std::vector<NodeId> targets_;
  std::set<NodeId> on_way_;
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
