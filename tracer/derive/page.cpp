#include "tracer/derive/page.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"

namespace tracer {
namespace {

constexpr long long most_entries_in_symbols = 60;  // of a matrix with numbers among those without

Notation too_long(const Symbol& formula) {
  return notation::words(
      fmt::format("a formula of {} terms (--detail ops takes it step by step)", formula.weight()));
}

std::string heading(const PageContext& context, const StepRecord& record, bool values_in_heading) {
  const Graph& graph = record.batch->graph;
  std::string text;
  if (record.samples.empty()) {
    if (context.program.training) text = fmt::format("Step {}", record.step);
  } else if (context.by_sample) {
    text = fmt::format("ample {} of {}", record.samples[0], context.samples);
    text = record.epoch > 1 ? fmt::format("Epoch {}, s{}", record.epoch, text) : "S" + text;
  } else if (static_cast<int>(record.samples.size()) == context.samples &&
             context.program.training && context.program.training->epochs > 1) {
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
    values += fmt::format("{}{} = {}", values.empty() ? "" : ", ", name,
                          context.show.text(record.values.at(id)(0, 0)));
  }
  return text + ": " + values;
}

// whether the loss is a mean: one that tracer added, or a function that is one
bool averages(const Graph& graph, NodeId loss) {
  if (!graph[loss].mean_of.empty()) return true;
  const Symbol formula = line_formula(graph, loss);
  return formula.is(Law::mean) ||
         (formula.kind() == Symbol::Kind::apply && formula.operation().loss != nullptr);
}

Given given(const PageContext& context, const std::string& name, const Array<Exact>& value) {
  Given made;
  made.name = name;
  made.value = context.show.value(value);
  made.equation.left = notation::name(name);
  made.equation.value = context.show.links(value);
  if (value.size() == 1 && made.equation.value.size() > 1)
    made.equation.value.resize(1);  // 1/3 will do
  return made;
}

// The number or small matrix that a leaf of a lesson in symbols has all the same; nothing: it has
// none, or one that is not to be printed.
std::optional<Array<Exact>> value_in_symbols(const PageContext& context, const Node& node) {
  if (node.leaf == LeafKind::constant) {
    if (!node.constant || !Show::fits(*node.constant)) return std::nullopt;
    return *node.constant;
  }
  const auto found = context.program.values.find(node.name);
  if (found == context.program.values.end() ||
      std::holds_alternative<std::monostate>(found->second) || !node.shape.known() ||
      node.shape.count() > most_entries_in_symbols)
    return std::nullopt;
  return exact_value(found->second, context.working);
}

void write_passes(const PageSource& source, DerivationStep& page) {
  write_path(source, page);
  write_forward(source, page);
  write_backward(source, page);
  // the whole chain is that of the right rules
  if (source.record == nullptr || (source.record->wrong.empty() && source.context.wanted.empty()))
    write_chains(source, page);
}

}  // namespace

Notation write_short(const Symbol& formula) {
  return formula.weight() > most_terms ? too_long(formula) : write(formula);
}

bool is_plain(const Symbol& formula) {
  return formula.kind() != Symbol::Kind::apply || formula.is(Law::broadcast);
}

void add_numbers(Equation& equation, std::optional<Notation> numbers) {
  if (!numbers) return;
  const bool exact = is_exact(*numbers);
  equation.numbers.push_back({exact, std::move(*numbers)});
}

namespace {

// The same number, or the same matrix of numbers.
bool are_same_numbers(const Notation& a, const Notation& b) {
  if (a.kind == Notation::Kind::negate && b.kind == Notation::Kind::number)
    return a.children[0].kind == Notation::Kind::number && "-" + a.children[0].text == b.text;
  const bool numbers = a.kind == Notation::Kind::number || a.kind == Notation::Kind::matrix;
  return numbers && a.kind == b.kind && a.text == b.text && a.rows == b.rows &&
         std::ranges::equal(a.children, b.children, are_same_numbers);
}

}  // namespace

void say_once(Equation& equation) {
  if (equation.value.empty()) return;
  const auto is_value = [&](const Link& link) {
    return are_same_numbers(link.what, equation.value[0].what);
  };
  if (equation.numbers.size() == 1 && is_value(equation.numbers[0])) equation.numbers.clear();
  if (equation.rule.size() == 1 && equation.numbers.empty() && equation.value.size() == 1 &&
      is_value(equation.rule[0]))
    equation.value.clear();
}

bool PageSource::wanted(NodeId id) const {
  return context.wanted.empty() ||
         std::ranges::find(context.wanted, batch.graph[id].name) != context.wanted.end();
}

PageSource source_of(const PageContext& context, const StepRecord& record) {
  return {context, *record.batch, &record,
          StepNumbers(context.rules, &record, context.show, context.working)};
}

DerivationStep write_page(const PageContext& context, const StepRecord& record,
                          const StepRecord* exact) {
  DerivationStep page;
  page.step = record.step;
  page.epoch = record.epoch;
  page.samples = record.samples;
  const BatchGraph& batch = *record.batch;
  const Graph& graph = batch.graph;

  bool scalars = true;
  if (context.program.data) {
    for (const std::string& name : context.program.data->names) {
      if (const NodeId id = graph.find(name); id >= 0 && !graph[id].shape.is_scalar())
        scalars = false;
    }
  }
  page.heading = heading(context, record, scalars);
  if (context.program.data && !scalars) {
    const bool rows = context.program.data->rows;
    if (record.samples.size() > 1) {
      page.layout = rows ? "one row per sample, one column per unit"
                         : "one column per sample, one row per unit";
      if (averages(graph, context.rules.loss())) {
        page.layout +=
            fmt::format("; {} is the mean over the samples", context.rules.loss_display().text);
      }
    }
    for (const std::string& name : context.program.data->names) {
      if (const NodeId id = graph.find(name); id >= 0)
        page.data.push_back(given(context, name, record.values.at(id)));
    }
  }
  const bool trains = context.optimizer != nullptr;
  if (!trains) {
    page.weights_label = "Given";
  } else if (record.step == 1) {
    page.weights_label = "Weights now (as given)";
  } else {
    page.weights_label =
        fmt::format("Weights now (after {} {})",
                    context.by_sample && record.epoch == 1 ? "sample" : "step", record.step - 1);
  }
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    const bool shown = node.leaf == LeafKind::parameter || node.leaf == LeafKind::input ||
                       node.leaf == LeafKind::mask || node.leaf == LeafKind::state ||
                       (node.leaf == LeafKind::constant && node.is_named() && node.name != "m");
    if (shown) page.weights.push_back(given(context, node.name, record.values.at(id)));
  }

  const PageSource source = source_of(context, record);
  write_passes(source, page);
  if (trains) write_update(context, record, exact, page);

  for (const auto& [id, value] : record.values) {
    bool outgrown = false;
    for (Eigen::Index k = 0; k < value.size(); ++k) outgrown = outgrown || value(k).outgrown();
    if (!outgrown) continue;
    page.notes.push_back(fmt::format(
        "from here on ({}) the fractions have more than {} bits and are carried as intervals that "
        "surely contain them; every printed digit is still proved",
        graph[id].name, context.working.rational_bits));
    break;
  }
  return page;
}

DerivationStep write_symbolic_page(const PageContext& context,
                                   std::shared_ptr<const BatchGraph> batch) {
  DerivationStep page;
  page.heading = "In symbols";
  const Graph& graph = batch->graph;
  page.weights_label = "Given";
  std::map<Quantity, Array<Exact>> numbers;
  std::string without, samples;
  for (NodeId id = 0; id < graph.size(); ++id) {
    const Node& node = graph[id];
    if (!node.is_leaf() || !node.is_named()) continue;
    // running statistics have no part in a training step but to be brought up to date
    if (node.leaf == LeafKind::state && !depends_on(graph, batch->loss, std::array{id})) continue;
    if (const auto value = value_in_symbols(context, node)) {
      page.weights.push_back(given(context, node.name, *value));
      numbers.emplace(node.name, *value);
      continue;
    }
    if (node.leaf == LeafKind::data) {
      samples += (samples.empty() ? "" : ", ") + node.name;
    } else if (without.empty() && node.shape.is_scalar()) {
      without = node.name;
    }
    Given leaf;
    leaf.name = node.name;
    leaf.equation.left = notation::name(node.name);
    leaf.equation.value.push_back(
        {true, notation::words(node.shape.is_scalar() ? "a number" : to_string(node.shape))});
    page.weights.push_back(std::move(leaf));
  }
  const PageSource source{
      context, *batch, nullptr,
      StepNumbers(context.rules, std::move(numbers), context.show, context.working)};
  write_passes(source, page);
  if (context.program.training) write_symbolic_update(context, graph, page);
  if (!samples.empty()) {
    page.notes.push_back(fmt::format(
        "the numbers of the samples ({}) are left out, for {} has none: {}", samples,
        without.empty() ? "a parameter" : without,
        without.empty() ? "give it some for a page with numbers"
                        : fmt::format("--set {}=1 gives a page with numbers", without)));
  }
  return page;
}

}  // namespace tracer
