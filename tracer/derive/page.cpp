#include "tracer/derive/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/reasons.hpp"
#include "tracer/derive/update_page.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr int most_terms = 120;  // a formula with more is not written out: nobody reads it

Notation too_long(const Symbol& formula) {
  return notation::words(fmt::format("a formula of {} terms (--detail ops takes it step by step)", formula.weight()));
}

Notation written(const Symbol& formula) { return formula.weight() > most_terms ? too_long(formula) : write(formula); }

// (∂L/∂z · local) laid flat
Notation chained(const Notation& above, const Symbol& local) {
  Notation factor = written(local);
  std::vector<Notation> factors{above};
  if (factor.kind == Notation::Kind::product && factor.product == Notation::Product::dot) {
    for (Notation& part : factor.children) factors.push_back(std::move(part));
  } else {
    factors.push_back(std::move(factor));
  }
  return notation::product(std::move(factors));
}

class PageWriter {
 public:
  PageWriter(const PageContext& context, const BatchGraph& batch, const StepRecord* record)
      : context_(context), batch_(batch), graph_(batch.graph), record_(record),
        numbers_(context.rules, record, context.show, context.working) {}

  void forward(DerivationStep& page) {
    for (const NodeId line : batch_.lines) {
      ForwardLine made;
      made.name = graph_[line].name;
      made.expression = batch_.texts.contains(line) ? batch_.texts.at(line) : "";
      if (!graph_[line].shape.is_scalar()) made.shape = to_string(graph_[line].shape);
      made.equation = forward_equation(line);
      if (numbers_.known()) made.value = context_.show.value(record_->values.at(line));
      page.forward.push_back(std::move(made));
    }
  }

  void backward(DerivationStep& page) {
    page.loss = context_.rules.loss_display().text;
    Told told;
    for (const GradientRule& gradient : context_.rules.gradients()) {
      if (!wanted(gradient.node)) continue;
      page.gradients.push_back(gradient_line(gradient, told));
    }
  }

  void chains(DerivationStep& page) {
    const GradientRule* longest = nullptr;
    std::size_t length = 1;
    for (const GradientRule& gradient : context_.rules.gradients()) {
      if (!graph_[gradient.node].is_leaf() || !wanted(gradient.node)) continue;
      const std::size_t lines = distance(gradient.node);
      // of equally long chains the first declared, which is the last met: W before b
      if (lines > length) {
        longest = &gradient;
        length = lines;
      } else if (longest != nullptr && lines == length && gradient.node < longest->node) {
        longest = &gradient;
      }
    }
    if (longest == nullptr) return;
    if (all_scalar()) {
      scalar_chains(longest->node, page);
    } else if (const auto collected = context_.rules.collected(longest->node, 4000)) {
      const Symbol formula = simplify(*collected);
      if (formula.weight() > 60) return;
      Equation equation;
      equation.left = context_.rules.partial(longest->node);
      equation.rule.push_back({true, write(formula)});
      page.chains.push_back(std::move(equation));
    }
  }

  // a chain that names can show: each line uses the one before it, and no other value
  void path(DerivationStep& page) const {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < batch_.lines.size(); ++i) {
      std::vector<NodeId> lines, inputs;
      for (const NodeId operand : graph_.line_operands(batch_.lines[i])) {
        const Node& node = graph_[operand];
        if (!node.is_leaf()) lines.push_back(operand);
        if (node.leaf == LeafKind::data || node.leaf == LeafKind::input) inputs.push_back(operand);
      }
      if (i == 0 && inputs.size() == 1) names.push_back(graph_[inputs[0]].name);
      if (i > 0 && lines != std::vector{batch_.lines[i - 1]}) return;
      names.push_back(context_.rules.display(batch_.lines[i]).text);
    }
    if (batch_.lines.back() != context_.rules.loss() || batch_.lines.size() < 2) return;
    page.path = names;
    for (auto line = batch_.lines.rbegin(); line != batch_.lines.rend(); ++line) {
      page.way_back.push_back(context_.rules.display(*line).text);
    }
  }

 private:
  bool wanted(NodeId id) const {
    return context_.wanted.empty() || std::ranges::find(context_.wanted, graph_[id].name) != context_.wanted.end();
  }

  bool all_scalar() const {
    return std::ranges::all_of(context_.rules.gradients(), [&](const GradientRule& gradient) {
      return graph_[gradient.node].shape.is_scalar() && std::ranges::all_of(gradient.paths, &Path::local);
    });
  }

  // how many lines lie between a value and the loss, on the longest way
  std::size_t distance(NodeId node) {
    if (const auto found = distances_.find(node); found != distances_.end()) return found->second;
    std::size_t most = 0;
    // rules come in backward order, so every line's own distance is known before it is asked for
    for (const GradientRule& gradient : context_.rules.gradients()) {
      std::size_t longest = 0;
      for (const Path& path : gradient.paths) {
        const auto above = distances_.find(path.line);
        longest = std::max(longest, 1 + (above == distances_.end() ? 0 : above->second));
      }
      distances_[gradient.node] = longest;
    }
    most = distances_.contains(node) ? distances_.at(node) : 0;
    return most;
  }

  void add_numbers(Equation& equation, std::optional<Notation> numbers) const {
    if (!numbers) return;
    const bool exact = is_exact(*numbers);
    equation.numbers.push_back({exact, std::move(*numbers)});
  }

  // a rule that is nothing but a name, or a number, has nothing to put numbers into
  static bool is_plain(const Symbol& formula) {
    return formula.kind() != Symbol::Kind::apply || formula.is(Law::broadcast);
  }

  // --- forward

  Equation forward_equation(NodeId line) {
    Equation equation;
    equation.left = context_.rules.display(line);
    const Symbol formula = line_formula(graph_, line);
    const bool composite = formula.kind() == Symbol::Kind::apply && formula.operation().expansion != nullptr;
    equation.rule.push_back({true, written(formula)});
    Symbol inner = formula;
    if (composite) {
      inner = formula.operation().expansion(formula.attributes(), formula.operands());
      const bool spelled = formula.operation().call == "cross_entropy" || formula.operation().call == "softmax" ||
                           formula.operation().call == "log_softmax" || formula.operation().call == "outer";
      if (!spelled && inner.weight() <= 40) equation.rule.push_back({true, write(inner)});
    }
    if (numbers_.known()) {
      if (formula.kind() == Symbol::Kind::apply && formula.operation().call == "cross_entropy") {
        add_picked_terms(equation, formula);
      } else if (!is_plain(formula) && inner.weight() <= most_terms && !is_call_of_matrix(formula)) {
        add_numbers(equation, numbers_.written(composite && formula.shape().is_scalar() ? inner : formula));
      }
      equation.value = context_.show.links(record_->values.at(line), record_->rounded_values.contains(line));
      if (std::string doubt = context_.show.doubt(record_->values.at(line)); !doubt.empty()) {
        equation.remarks.push_back(std::move(doubt));
      }
    }
    for (std::string& reason : forward_reasons(context_.rules, numbers_, line)) {
      equation.remarks.push_back(std::move(reason));
    }
    if (graph_[line].name.starts_with("mean(")) {
      equation.remarks.push_back(fmt::format("the mean over the batch of m = {}: this is what is differentiated", batch_.batch_size));
    }
    return equation;
  }

  // relu of a matrix says nothing more with the matrix printed again inside it
  static bool is_call_of_matrix(const Symbol& formula) {
    return formula.kind() == Symbol::Kind::apply && !formula.shape().is_scalar() &&
           formula.operation().law == Law::none && formula.operands().size() == 1;
  }

  // −½(ln P[1,0] + ln P[0,1]): what the targets pick
  void add_picked_terms(Equation& equation, const Symbol& formula) const {
    const Symbol& p = formula.operands()[0];
    const Symbol& y = formula.operands()[1];
    if (!numbers_.samples_sum_to_one(y, formula.attributes().axis) || p.kind() != Symbol::Kind::leaf) return;
    const Array<Exact> targets = numbers_.of(y);
    std::vector<Notation> terms;
    const bool columns = formula.attributes().axis == 0;
    const Eigen::Index samples = columns ? targets.cols() : targets.rows();
    if (samples > 4) return;
    for (Eigen::Index k = 0; k < samples; ++k) {
      for (Eigen::Index i = 0; i < targets.size() / samples; ++i) {
        const Exact& target = columns ? targets(i, k) : targets(k, i);
        if (!target.is_rational() || (target.rational() != 0 && target.rational() != 1)) return;  // no one-hot
        if (target.rational() == 0) continue;
        const std::string which = columns ? fmt::format("{},{}", i, k) : fmt::format("{},{}", k, i);
        terms.push_back(notation::call("ln", {notation::index(p.display(), which)}));
      }
    }
    Notation sum = terms.size() == 1 ? terms[0] : notation::sum(std::move(terms));
    if (samples > 1) {
      sum = notation::product({notation::number(fmt::format("1/{}", samples)), std::move(sum)},
                              Notation::Product::juxtaposed);
    }
    equation.numbers.push_back({true, notation::negate(std::move(sum))});
  }

  // --- backward

  Notation line_partial(const Path& path, NodeId node) const {
    return notation::partial(context_.rules.display(path.line), context_.rules.display(node));
  }

  void write_path(const Path& path, NodeId node, Equation& equation) const {
    const bool at_loss = path.line == context_.rules.loss();
    if (!path.local || at_loss) {
      equation.rule.push_back({true, written(path.rule)});
      if (path.rule.weight() <= most_terms && !is_plain(path.rule)) add_numbers(equation, numbers_.written(path.rule));
      return;
    }
    const Notation above = context_.rules.partial(path.line);
    equation.rule.push_back({true, notation::product({above, line_partial(path, node)})});
    equation.rule.push_back({true, chained(above, path.rule)});
    if (!numbers_.known() || path.rule.weight() > most_terms) return;
    if (auto factors = numbers_.factors(path.rule)) {
      factors->insert(factors->begin(), numbers_.shown(record_->adjoints.at(path.line)));
      add_numbers(equation, notation::product(std::move(*factors), Notation::Product::juxtaposed));
    }
  }

  GradientLine gradient_line(const GradientRule& gradient, Told& told) {
    GradientLine made;
    const Node& node = graph_[gradient.node];
    made.of = context_.rules.seeded() ? "L" : context_.program.loss;
    made.wrt = node.name;
    if (!node.shape.is_scalar()) made.shape = to_string(node.shape);
    Equation& equation = made.equation;
    equation.left = context_.rules.partial(gradient.node);

    bool fused = false;
    if (gradient.paths.size() == 1) {
      const auto fusion = fuse(context_.rules, numbers_, gradient);
      const Symbol line = line_formula(graph_, gradient.paths[0].line);
      const bool softmax = line.kind() == Symbol::Kind::apply && line.operation().call == "softmax";
      if (fusion && softmax && !gradient.paths[0].local) {
        fused = true;
        equation.rule.push_back({true, write(fusion->formula)});
        explain_softmax(made, line, gradient, fusion->unit_sums);
      } else {
        write_path(gradient.paths[0], gradient.node, equation);
        if (fusion) {
          const std::string above = context_.rules.display(gradient.paths[0].line).text;
          Equation together;
          together.left = context_.rules.partial(gradient.node);
          together.rule.push_back({true, write(fusion->formula)});
          together.remarks.push_back("the two steps through " + above + " put together");
          made.explanation.push_back(std::move(together));
        }
      }
    } else {
      several_paths(made, gradient);
    }
    if (numbers_.known()) {
      const Array<Exact>& value = record_->adjoints.at(gradient.node);
      made.value = context_.show.value(value);
      equation.value = context_.show.links(value, record_->rounded_adjoints.contains(gradient.node));
      if (std::string doubt = context_.show.doubt(value); !doubt.empty()) equation.remarks.push_back(std::move(doubt));
    }
    if (!fused) {
      for (std::string& reason :
           gradient_reasons(context_.rules, numbers_, gradient, context_.program.training.has_value(), told)) {
        equation.remarks.push_back(std::move(reason));
      }
      const Symbol& rule = gradient.paths[0].rule;
      if (gradient.paths.size() == 1 && !gradient.paths[0].local) {
        if (const std::string shapes = shapes_of(rule); !shapes.empty()) {
          equation.remarks.insert(equation.remarks.begin(), shapes);
        }
        if (rule.shape().is_scalar() && !node.shape.is_scalar()) equation.remarks.emplace_back("the same in every entry");
      }
    }
    return made;
  }

  void several_paths(GradientLine& made, const GradientRule& gradient) {
    std::vector<Notation> rules, values;
    bool exact = true;
    for (const Path& path : gradient.paths) {
      Equation one;
      const bool at_loss = path.line == context_.rules.loss();
      one.left = notation::words("through " + context_.rules.display(path.line).text);
      write_path(path, gradient.node, one);
      rules.push_back(path.local && !at_loss
                          ? notation::product({context_.rules.partial(path.line), line_partial(path, gradient.node)})
                          : path.local ? line_partial(path, gradient.node) : written(path.rule));
      if (numbers_.known()) {
        Array<Exact> value = numbers_.evaluate(context_.rules.contribution(path));
        const Shape& shape = graph_[gradient.node].shape;
        if (value.size() == 1 && !shape.is_scalar()) {
          value = Array<Exact>::Constant(shape.rows.count, shape.columns.count, Exact(value(0, 0)));
        }
        one.value = context_.show.links(value);
        values.push_back(context_.show(value));
        exact = exact && is_exact(values.back());
      }
      made.paths.push_back(std::move(one));
    }
    made.equation.rule.push_back({true, notation::sum(std::move(rules))});
    if (numbers_.known() && Show::fits(record_->adjoints.at(gradient.node))) {
      made.equation.numbers.push_back({exact, notation::sum(std::move(values))});
    }
  }

  // the softmax step derived, not only stated
  void explain_softmax(GradientLine& made, const Symbol& softmax, const GradientRule& gradient, bool unit_sums) const {
    const std::string p = context_.rules.display(gradient.paths[0].line).text;
    const std::string l = context_.rules.loss_display().text;
    const GradientRule* above = context_.rules.find(gradient.paths[0].line);
    const Symbol loss = line_formula(graph_, above->paths[0].line);
    const bool columns = softmax.attributes().axis == 0;
    const bool one_sample = (columns ? softmax.shape().columns : softmax.shape().rows).is_one();
    const std::string y = loss.kind() == Symbol::Kind::apply && loss.operation().call == "cross_entropy" &&
                                  loss.operands()[1].kind() == Symbol::Kind::leaf
                              ? loss.operands()[1].display().text
                              : "";
    const char* at = one_sample ? "[j]" : columns ? "[j,k]" : "[k,j]";
    std::string why = fmt::format("why: pⱼ = {}{}", p, at);
    if (!y.empty()) why += fmt::format(", yⱼ = {}{}", y, at);
    if (!one_sample) why += ", one sample k";
    made.equation.remarks.push_back(why);
    Equation jacobian;
    jacobian.left = notation::words("∂pᵢ/∂zⱼ");
    jacobian.rule.push_back({true, notation::words("pᵢ(1 − pᵢ) if i = j, else −pᵢpⱼ")});
    jacobian.remarks.emplace_back("every z moves every p");
    made.explanation.push_back(std::move(jacobian));
    if (y.empty() || !unit_sums) return;
    Equation sum;
    sum.left = notation::words(fmt::format("∂{}/∂zⱼ", l));
    sum.rule.push_back({true, notation::words(fmt::format("Σᵢ ∂{}/∂pᵢ · ∂pᵢ/∂zⱼ", l))});
    sum.rule.push_back({true, notation::words(one_sample ? "−yⱼ + pⱼ Σᵢ yᵢ" : "(1/m)(−yⱼ + pⱼ Σᵢ yᵢ)")});
    sum.rule.push_back({true, notation::words(one_sample ? "pⱼ − yⱼ" : "(pⱼ − yⱼ)/m")});
    sum.remarks.emplace_back("Σᵢ yᵢ = 1");
    made.explanation.push_back(std::move(sum));
    made.equation.remarks.push_back(one_sample ? "the entries sum to 0" : columns ? "columns sum to 0" : "rows sum to 0");
  }

  // --- the whole chain

  // every way from the loss to the node as a product of local slopes; a few only
  void scalar_chains(NodeId node, DerivationStep& page) {
    constexpr std::size_t most_chains = 4;
    std::vector<std::vector<Symbol>> found;
    std::vector<Symbol> factors;
    const std::function<bool(NodeId)> walk = [&](NodeId at) {
      const GradientRule* rule = context_.rules.find(at);
      for (const Path& path : rule->paths) {
        factors.push_back(path.rule);
        if (path.line == context_.rules.loss()) {
          if (found.size() == most_chains) return false;
          found.emplace_back(factors.rbegin(), factors.rend());
        } else if (factors.size() > 12 || !walk(path.line)) {
          return false;
        }
        factors.pop_back();
      }
      return true;
    };
    if (!walk(node)) return;
    std::vector<Notation> terms, numbers;
    bool have_numbers = numbers_.known();
    for (const std::vector<Symbol>& chain : found) {
      std::vector<Notation> symbols, values;
      for (const Symbol& factor : chain) {
        if (factor.weight() > 30) return;
        symbols.push_back(write(factor));
        if (!have_numbers) continue;
        // one number a factor: what each step of the chain came to
        values.push_back(context_.show(numbers_.evaluate(factor)));
      }
      terms.push_back(symbols.size() == 1 ? symbols[0] : notation::product(std::move(symbols)));
      if (have_numbers) numbers.push_back(values.size() == 1 ? values[0] : notation::product(std::move(values), Notation::Product::juxtaposed));
    }
    Equation equation;
    equation.left = context_.rules.partial(node);
    equation.rule.push_back({true, terms.size() == 1 ? terms[0] : notation::sum(std::move(terms))});
    if (have_numbers) {
      add_numbers(equation, numbers.size() == 1 ? numbers[0] : notation::sum(std::move(numbers)));
      equation.value = context_.show.links(record_->adjoints.at(node), record_->rounded_adjoints.contains(node));
    }
    page.chains.push_back(std::move(equation));
  }

  const PageContext& context_;
  const BatchGraph& batch_;
  const Graph& graph_;
  const StepRecord* record_;
  StepNumbers numbers_;
  std::map<NodeId, std::size_t> distances_;
};

std::string heading(const PageContext& context, const StepRecord& record, bool values_in_heading) {
  const Graph& graph = record.batch->graph;
  std::string text;
  if (record.samples.empty()) {
    if (context.program.training) text = fmt::format("Step {}", record.step);
  } else if (context.by_sample) {
    text = fmt::format("ample {} of {}", record.samples[0], context.samples);
    text = record.epoch > 1 ? fmt::format("Epoch {}, s{}", record.epoch, text) : "S" + text;
  } else if (static_cast<int>(record.samples.size()) == context.samples && context.program.training &&
             context.program.training->epochs > 1) {
    text = fmt::format("Step {}: the whole batch of m = {}", record.step, record.samples.size());
  } else if (static_cast<int>(record.samples.size()) == context.samples) {
    text = fmt::format("Batch of m = {}", record.samples.size());
  } else {
    text = fmt::format("Step {}: batch of m = {}", record.step, record.samples.size());
  }
  if (!values_in_heading || !context.program.data) return text;
  std::string values;
  for (const std::string& name : context.program.data->names) {
    const NodeId id = graph.find(name);
    if (id < 0) continue;
    values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", name, context.show.text(record.values.at(id)(0, 0)));
  }
  return text + ": " + values;
}

Given given(const PageContext& context, const std::string& name, const Array<Exact>& value) {
  Given made;
  made.name = name;
  made.value = context.show.value(value);
  made.equation.left = notation::name(name);
  made.equation.value = context.show.links(value);
  if (value.size() == 1 && made.equation.value.size() > 1) made.equation.value.resize(1);  // 1/3 will do
  return made;
}

}  // namespace

DerivationStep write_page(const PageContext& context, const StepRecord& record, const StepRecord* exact) {
  DerivationStep page;
  page.step = record.step;
  page.epoch = record.epoch;
  page.samples = record.samples;
  const BatchGraph& batch = *record.batch;
  const Graph& graph = batch.graph;

  bool scalars = true;
  if (context.program.data) {
    for (const std::string& name : context.program.data->names) {
      if (const NodeId id = graph.find(name); id >= 0 && !graph[id].shape.is_scalar()) scalars = false;
    }
  }
  page.heading = heading(context, record, scalars);
  if (context.program.data && !scalars) {
    const bool rows = context.program.data->rows;
    if (record.samples.size() > 1) {
      page.layout = rows ? "one row per sample, one column per unit" : "one column per sample, one row per unit";
      page.layout += fmt::format("; {} is the mean over the samples", context.rules.loss_display().text);
    }
    for (const std::string& name : context.program.data->names) {
      if (const NodeId id = graph.find(name); id >= 0) page.data.push_back(given(context, name, record.values.at(id)));
    }
  }
  const bool trains = context.optimizer != nullptr;
  if (!trains) {
    page.weights_label = "Given";
  } else if (record.step == 1) {
    page.weights_label = "Weights now (as given)";
  } else {
    page.weights_label = fmt::format("Weights now (after {} {})",
                                     context.by_sample && record.epoch == 1 ? "sample" : "step", record.step - 1);
  }
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    const bool shown = node.leaf == LeafKind::parameter || node.leaf == LeafKind::input ||
                       node.leaf == LeafKind::mask || node.leaf == LeafKind::state ||
                       (node.leaf == LeafKind::constant && node.is_named() && node.name != "m");
    if (shown) page.weights.push_back(given(context, node.name, record.values.at(id)));
  }

  PageWriter writer(context, batch, &record);
  writer.path(page);
  writer.forward(page);
  writer.backward(page);
  if (context.wanted.empty()) writer.chains(page);
  if (trains) write_update(context, record, exact, page);

  for (const auto& [id, value] : record.values) {
    bool outgrown = false;
    for (Eigen::Index k = 0; k < value.size(); ++k) outgrown = outgrown || value(k).outgrown();
    if (!outgrown) continue;
    page.notes.push_back(fmt::format("from here on ({}) the fractions have more than {} bits and are carried as intervals that "
                                     "surely contain them; every printed digit is still proved",
                                     graph[id].name, context.working.rational_bits));
    break;
  }
  return page;
}

DerivationStep write_symbolic_page(const PageContext& context, std::shared_ptr<const BatchGraph> batch) {
  DerivationStep page;
  page.heading = "In symbols";
  const Graph& graph = batch->graph;
  page.weights_label = "Given";
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (!node.is_leaf() || !node.is_named()) continue;
    Given leaf;
    leaf.name = node.name;
    leaf.equation.left = notation::name(node.name);
    leaf.equation.value.push_back({true, notation::words(node.shape.is_scalar() ? "a number" : to_string(node.shape))});
    page.weights.push_back(std::move(leaf));
  }
  PageWriter writer(context, *batch, nullptr);
  writer.path(page);
  writer.forward(page);
  writer.backward(page);
  writer.chains(page);
  return page;
}

}  // namespace tracer
