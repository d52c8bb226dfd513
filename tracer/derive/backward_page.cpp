// The backward half of a page: each gradient, its rule path by path, the numbers in it, its value,
// and a reason.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tracer/derive/jacobian.hpp"
#include "tracer/derive/page_parts.hpp"

namespace tracer {
namespace {

// (∂L/∂z · local) laid flat
Notation chained(const Notation& above, const Symbol& local) {
  Notation factor = write_short(local);
  std::vector<Notation> factors{above};
  const bool coefficient = local.is(Law::multiply) && !factor.children.empty() &&
                           factor.children[0].kind == Notation::Kind::number;  // 2·x stays together
  if (factor.kind == Notation::Kind::product && factor.product == Notation::Product::dot &&
      !coefficient) {
    for (Notation& part : factor.children) factors.push_back(std::move(part));
  } else {
    factors.push_back(std::move(factor));
  }
  return notation::product(std::move(factors));
}

class Backward : PagePart {
 public:
  explicit Backward(const PageSource& source) : PagePart(source) {}

  void backward(DerivationStep& page) {
    Told told;
    const std::set<NodeId> from_above = used_unshown();
    for (const GradientRule& gradient : rules_.gradients()) {
      if (source_.wanted(gradient.node)) {
        page.gradients.push_back(gradient_line(gradient, told));
      } else if (from_above.contains(gradient.node)) {
        page.gradients.push_back(value_only(gradient.node));
      }
    }
  }

  GradientLine gradient_line(const GradientRule& gradient, Told& told) {
    GradientLine made;
    const Node& node = graph_[gradient.node];
    made.of = rules_.seeded() ? "L" : source_.context.program.loss;
    made.wrt = node.name;
    if (!node.shape.is_scalar()) made.shape = to_string(rules_.laid_out(node.shape));
    Equation& equation = made.equation;
    equation.left = rules_.partial(gradient.node);

    bool fused = false;
    const Symbol* const wrong = wrong_at(gradient.node);
    if (wrong != nullptr) {
      equation.rule.push_back({true, write_short(*wrong)});
      if (wrong->weight() <= most_terms && !is_plain(*wrong))
        add_numbers(equation, numbers_.written(*wrong));
    } else if (gradient.paths.size() == 1) {
      // the rule of two steps put together takes no notice of what is wrong between them
      const auto fusion = wrong_at(gradient.paths[0].line) != nullptr
                              ? std::nullopt
                              : two_steps_as_one(rules_, numbers_, gradient);
      const Symbol& line = rules_.line(gradient.paths[0].line);
      const bool mixes = line.kind() == Symbol::Kind::apply && !line.operation().jacobian.empty();
      if (fusion && mixes && !gradient.paths[0].local) {
        fused = true;
        equation.rule.push_back({true, write(fusion->formula)});
        explain_pair(made, line, gradient, fusion->unit_sums);
        add_remarks(equation, legends_of(fusion->formula));
      } else {
        write_path(gradient.paths[0], gradient.node, equation);
        if (fusion) {
          const std::string above = rules_.display(gradient.paths[0].line).text;
          Equation together;
          together.left = rules_.partial(gradient.node);
          together.rule.push_back({true, write(fusion->formula)});
          together.remarks.push_back("the two steps through " + above + " put together");
          made.explanation.push_back(std::move(together));
        }
      }
    } else {
      several_paths(made, gradient);
    }
    if (numbers_.known()) {
      const Array<Exact> value = rules_.laid_out(source_.record->adjoints.at(gradient.node));
      made.value = show_.value(value);
      add_value(equation, value, source_.record->rounded_adjoints.contains(gradient.node));
      say_once(equation);
    }
    if (source_.context.expand && wrong == nullptr)
      for (Equation& line : expansion_of(source_, gradient))
        made.explanation.push_back(std::move(line));
    if (!fused && wrong == nullptr) {
      add_remarks(equation, reasons_of(gradient, told));
      const Symbol& rule = gradient.paths[0].rule;
      if (gradient.paths.size() == 1 && !gradient.paths[0].local) {
        if (const std::string shapes = shapes_of(rule); !shapes.empty()) {
          equation.remarks.insert(equation.remarks.begin(), shapes);
        }
      }
    }
    return made;
  }

 private:
  // The formula that stands there by mistake; null: the right one does.
  const Symbol* wrong_at(NodeId node) const {
    if (source_.record == nullptr) return nullptr;
    const auto found = source_.record->wrong.find(node);
    return found == source_.record->wrong.end() ? nullptr : &found->second;
  }

  // they are read off the rules of the denominator layout; why it turns X is another matter in rows
  std::vector<std::string> reasons_of(const GradientRule& gradient, Told& told) const {
    const bool trains = source_.context.program.training.has_value();
    if (!rules_.in_rows()) return gradient_reasons(rules_, numbers_, gradient, trains, told);
    told.transpose = true;
    return gradient_reasons(plain_, plain_numbers_, *plain_.find(gradient.node), trains, told);
  }

  // What the gradients that --wrt asks for are made of, and it does not ask for.
  std::set<NodeId> used_unshown() const {
    std::set<NodeId> used;
    if (!numbers_.known() || source_.context.wanted.empty()) return used;
    for (const GradientRule& gradient : rules_.gradients()) {
      if (!source_.wanted(gradient.node)) continue;
      for (const Path& path : gradient.paths)
        if (path.line != rules_.loss() && !source_.wanted(path.line)) used.insert(path.line);
    }
    return used;
  }

  // ∂L/∂z1 = −2, without its working
  GradientLine value_only(NodeId id) const {
    GradientLine made;
    made.of = rules_.seeded() ? "L" : source_.context.program.loss;
    made.wrt = graph_[id].name;
    if (!graph_[id].shape.is_scalar()) made.shape = to_string(rules_.laid_out(graph_[id].shape));
    const Array<Exact> value = rules_.laid_out(source_.record->adjoints.at(id));
    made.value = show_.value(value);
    made.equation.left = rules_.partial(id);
    add_value(made.equation, value, source_.record->rounded_adjoints.contains(id));
    made.equation.remarks.push_back("from above; without --wrt the page works it out");
    return made;
  }

  Notation line_partial(const Path& path, NodeId node) const {
    return notation::partial(rules_.display(path.line), rules_.display(node));
  }

  void write_path(const Path& path, NodeId node, Equation& equation) const {
    const bool at_loss = path.line == rules_.loss();
    if (rules_.in_rows() && !path.local && !at_loss && write_in_rows(path, node, equation)) return;
    if (!path.local || at_loss) {
      equation.rule.push_back({true, write_short(path.rule)});
      if (path.rule.weight() <= most_terms && !is_plain(path.rule))
        add_numbers(equation, numbers_.known() ? numbers_.written(path.rule)
                                               : numbers_.partly_written(path.rule));
      return;
    }
    const Notation above = rules_.partial(path.line);
    equation.rule.push_back({true, notation::product({above, line_partial(path, node)})});
    equation.rule.push_back({true, chained(above, path.rule)});
    if (path.rule.weight() > most_terms) return;
    if (!numbers_.known())
      return add_numbers(equation, numbers_.partly_written(rules_.contribution(path)));
    if (auto factors = numbers_.factors(path.rule)) {
      Notation shown = numbers_.shown(rules_.laid_out(source_.record->adjoints.at(path.line)));
      // (1)(0.5), but not 1(1 − 0.5)
      const bool needless = shown.text == "1" && factors->front().kind == Notation::Kind::sum;
      if (!needless) factors->insert(factors->begin(), std::move(shown));
      if (factors->size() == 1) return add_numbers(equation, std::move(factors->front()));
      add_numbers(equation, notation::product(std::move(*factors), Notation::Product::juxtaposed));
    }
  }

  // ∂E/∂h · ∂h/∂z = ∂E/∂h · diag(σ′(z)): of columns, whose gradients are rows
  bool write_in_rows(const Path& path, NodeId node, Equation& equation) const {
    if (!graph_[node].shape.columns.is_one() || !graph_[path.line].shape.columns.is_one())
      return false;
    const auto& all = plain_.find(node)->paths;
    const auto same = std::ranges::find(all, path.line, &Path::line);
    const LocalJacobian jacobian = local_jacobian(plain_, *same, node);
    if (!jacobian.form) return false;
    const Notation above = rules_.partial(path.line);
    equation.rule.push_back({true, notation::product({above, line_partial(path, node)})});
    if (jacobian.is_identity()) {
      equation.rule.push_back({true, above});
      return true;
    }
    equation.rule.push_back({true, notation::product({above, jacobian.written()})});
    if (jacobian.form->size() > 1) return true;
    if (!numbers_.known()) {
      add_numbers(equation, numbers_.partly_written(path.rule));
      return true;
    }
    const Array<Exact> row = rules_.laid_out(source_.record->adjoints.at(path.line));
    const Array<Exact> matrix = jacobian_entries(
        jacobian, graph_, [&](const Symbol& leaf) { return plain_numbers_.of(leaf); },
        source_.context.working);
    if (!Show::fits(row) || !Show::fits(matrix)) return true;
    Notation product = notation::product({numbers_.shown(row), numbers_.shown(matrix)},
                                         Notation::Product::juxtaposed);
    if (is_legible(product)) add_numbers(equation, std::move(product));
    return true;
  }

  void several_paths(GradientLine& made, const GradientRule& gradient) {
    std::vector<Notation> rules, values;
    bool exact = true;
    for (const Path& path : gradient.paths) {
      Equation one;
      const bool at_loss = path.line == rules_.loss();
      one.left = notation::words("through " + rules_.display(path.line).text);
      write_path(path, gradient.node, one);
      rules.push_back(
          path.local && !at_loss
              ? notation::product({rules_.partial(path.line), line_partial(path, gradient.node)})
              : write_short(path.rule));
      if (numbers_.known()) {
        Array<Exact> value = in_shape(numbers_.evaluate(rules_.contribution(path)),
                                      rules_.laid_out(graph_[gradient.node].shape));
        const bool rounded = rounded_as_asked(value);
        one.value = show_.links(value, rounded);
        say_once(one);
        values.push_back(show_(value));
        exact = exact && !rounded && is_exact(values.back());
      }
      made.paths.push_back(std::move(one));
    }
    constexpr std::size_t most_paths =
        8;  // with more, the lines of the paths say it better than their sum
    if (rules.size() > most_paths) {
      made.equation.rule.push_back(
          {true, notation::words(fmt::format("the sum of these {} contributions", rules.size()))});
      return;
    }
    made.equation.rule.push_back({true, notation::sum(std::move(rules))});
    if (numbers_.known() && Show::fits(source_.record->adjoints.at(gradient.node))) {
      made.equation.numbers.push_back({exact, notation::sum(std::move(values))});
    }
  }

  // the step through an activation whose entries all depend on one another derived, not only stated
  void explain_pair(GradientLine& made, const Symbol& activation, const GradientRule& gradient,
                    bool unit_sums) const {
    const std::string p = rules_.display(gradient.paths[0].line).text;
    const std::string l = rules_.loss_display().text;
    const GradientRule* above = rules_.find(gradient.paths[0].line);
    const Symbol& loss = rules_.line(above->paths[0].line);
    const bool columns = activation.attributes().axis == 0;
    const bool one_sample =
        (columns ? activation.shape().columns : activation.shape().rows).is_one();
    const OutputPair* pair = loss.kind() == Symbol::Kind::apply ? loss.operation().output : nullptr;
    const bool worked = pair != nullptr && &pair->activation() == &activation.operation() &&
                        loss.operands()[1].kind() == Symbol::Kind::leaf;
    const std::string y = worked ? loss.operands()[1].display().text : "";
    const char* at = one_sample ? "[j]" : columns ? "[j,k]" : "[k,j]";
    std::string why = fmt::format("why: pⱼ = {}{}", p, at);
    if (!y.empty()) why += fmt::format(", yⱼ = {}{}", y, at);
    if (!one_sample) why += ", one sample k";
    const Symbol& argument = activation.operands()[0];
    const bool own = argument.kind() == Symbol::Kind::leaf;
    const std::string z = own ? "z" : unused_letter(graph_, argument_letters);
    if (!own) why += fmt::format("; {}: what {} is of", z, activation.operation().name);
    made.equation.remarks.push_back(why);
    Equation jacobian;
    jacobian.left = notation::words(fmt::format("∂pᵢ/∂{}ⱼ", z));
    jacobian.rule.push_back({true, notation::words(std::string(activation.operation().jacobian))});
    jacobian.remarks.push_back(fmt::format("every {} moves every p", z));
    made.explanation.push_back(std::move(jacobian));
    if (y.empty() || !unit_sums || rules_.in_rows()) return;
    Equation sum;
    sum.left = notation::words(fmt::format("∂{}/∂{}ⱼ", l, z));
    sum.rule.push_back({true, notation::words(fmt::format("Σᵢ ∂{}/∂pᵢ · ∂pᵢ/∂{}ⱼ", l, z))});
    for (const std::string_view step : one_sample ? pair->worked_of_one : pair->worked)
      sum.rule.push_back({true, notation::words(std::string(step))});
    sum.remarks.emplace_back("Σᵢ yᵢ = 1");
    made.explanation.push_back(std::move(sum));
    if (!own) return;  // that is of s, not of what s is made of
    made.equation.remarks.push_back(one_sample ? "the entries sum to 0"
                                    : columns  ? "columns sum to 0"
                                               : "rows sum to 0");
  }
};

}  // namespace

void write_backward(const PageSource& source, DerivationStep& page) {
  Backward(source).backward(page);
}

Equation gradient_line(const PageContext& context, const StepRecord& record, NodeId node) {
  const PageSource source = source_of(context, record);
  Told told;
  return Backward(source).gradient_line(*context.rules.find(node), told).equation;
}

}  // namespace tracer
