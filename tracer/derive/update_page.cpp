// The update on a page: the optimiser's lines with the numbers in them, what they did to the loss,
// and how far rounded working has drifted.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"
#include "tracer/run/clipping.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {

// "‖g‖ = 5, of all gradients together"
std::string joint_norm(const PageContext& context, const UpdateRecord& update) {
  const Link link = context.show.links(update.leaves.at(clipping::norm_key)).back();
  return fmt::format("‖g‖ {} {}, of all gradients together", link.exact ? "=" : "≈",
                     text_number(link.what.text));
}

UpdateLine update_line(const PageContext& context, const StepRecord& record,
                       const UpdateRecord& update) {
  UpdateLine made;
  made.name = update.parameter;
  made.before = context.show.value(update.leaves.at("w"));
  made.after = context.show.value(update.results.back());
  if (update.clipped > 0) made.clipped = context.show.value(update.results[update.clipped - 1]);
  const NodeId id = record.batch->graph.find(update.parameter);
  for (std::size_t i = 0; i < update.lines.size(); ++i) {
    const Optimizer::Line& line = update.lines[i];
    const bool last = i + 1 == update.lines.size();
    Equation equation;
    equation.arrow = last || line.kept;
    equation.left = notation::name(last ? update.parameter : line.name);
    const auto symbols = [&](const Symbol& leaf) -> std::optional<Notation> {
      return leaf.stands_for() == "g" ? std::optional(context.rules.partial(id)) : std::nullopt;
    };
    const auto numbers = [&](const Symbol& leaf) -> std::optional<Notation> {
      const auto found = update.leaves.find(leaf.stands_for());
      return found == update.leaves.end() ? std::nullopt
                                          : std::optional(context.show(found->second));
    };
    // a plain step says its rule once, above all of them
    if (update.lines.size() > 1)
      equation.rule.push_back({true, write(line.formula, {symbols, false, true})});
    const bool small = update.results[i].rows() <= 6 && update.results[i].cols() <= 6;
    const bool says_more =
        line.formula.kind() == Symbol::Kind::apply;  // velocity ← ∂L/∂w = −6, and not −6 twice
    if (small && says_more) {
      Notation written = write(line.formula, {numbers, true, true});
      const bool exact = is_exact(written);
      if (is_legible(written)) equation.numbers.push_back({exact, std::move(written)});
    }
    if (i == 0 && !last && record.updates.size() > 1)
      equation.remarks.push_back("for " + update.parameter);
    if (line.name == clipping::norm_part && &update == &record.updates.front())
      equation.remarks.push_back(joint_norm(context, update));
    const std::string key = last ? update.parameter : update.parameter + " " + line.name;
    equation.value = context.show.links(update.results[i], record.rounded_updates.contains(key));
    made.working.push_back(std::move(equation));
  }
  return made;
}

namespace {

// "exact run: w1 = 1.05832752, ...; the furthest off is b1, by 0.0000362"
std::vector<std::string> drift(const PageContext& context, const StepRecord& record,
                               const StepRecord& exact) {
  std::string values;
  std::string furthest;
  Exact most = 0;
  int shown = 0;
  for (const std::string& name : context.program.parameters) {
    const Array<Exact>& value = exact.after.at(name);
    const Array<Exact>& rounded = record.after.at(name);
    for (Eigen::Index k = 0; k < value.size(); ++k) {
      const Exact difference = abs(rounded(k) - value(k));
      if (furthest.empty() || difference.to_double() > most.to_double()) {
        most = difference;
        furthest = name;
      }
    }
    if (value.size() == 1 && shown < 8) {
      const auto links = context.show.links(value);
      values += fmt::format("{}{} {} {}", values.empty() ? "" : ", ", name,
                            links.back().exact ? "=" : "≈", text_number(links.back().what.text));
      ++shown;
    }
  }
  if (furthest.empty()) return {};
  const std::string by = text_number(to_decimal(most, 3, true).text);
  std::vector<std::string> lines;
  if (!values.empty()) lines.push_back("the exact run has " + values);
  lines.push_back(
      most.is_zero_surely()
          ? "so far rounding has changed nothing"
          : fmt::format("rounding has moved the weights by at most {} (in {})", by, furthest));
  return lines;
}

// A number of the rule, where it stays the same all along: 0.9 for β₁. The rate of a schedule, and the
// step's number t, stay letters.
std::optional<Symbol> constant_setting(const Optimizer& optimizer, const Symbol& leaf,
                                       bool rate_changes) {
  const Quantity& setting = leaf.stands_for();
  const OptimizerHelp help = optimizer.help();
  const bool known = std::ranges::find(help.settings, setting.name, &Setting::name) !=
                     help.settings.end();  // the step's number is none
  if (setting.kind != Quantity::setting || !known) return std::nullopt;
  if (setting.name == "lr" && rate_changes) return std::nullopt;
  return Symbol(optimizer.number(setting.name));
}

// What is cut off the gradient before the rule sees it, for a page in symbols.
Symbol add_cuts(const Training& training, Symbol g, std::vector<Optimizer::Line>& lines) {
  const auto add = [&](Optimizer::Line line) {
    g = line.symbol;
    lines.push_back(std::move(line));
  };
  if (training.clip_norm) add(clipping::norm_line(g, *training.clip_norm));
  if (training.clip_value) add(clipping::value_line(g, *training.clip_value));
  return g;
}

// Where the first step differs: the state that it finds, or the line itself.
std::vector<std::string> first_step(const Optimizer& optimizer, const Optimizer::Line& line,
                                    const Optimizer::Line& at_first) {
  if (!line.kept || line.name.empty()) return {};
  if (!(at_first.formula == line.formula)) return {"in the first step the gradient itself"};
  return {fmt::format("before the first step {} is {}", line.name,
                      to_string(optimizer.initial(line.name)))};
}

}  // namespace

void write_symbolic_update(const PageContext& context, const Graph& graph, DerivationStep& page) {
  const Training& training = *context.program.training;
  const OptimizerCall& call = training.optimizer;
  if (call.searches()) {
    page.notes.emplace_back(
        "the update is left out: lbfgs tries several points in each step, and has no formula");
    return;
  }
  const Optimizer optimizer = Optimizer::make({call.name, call.numbers, call.flags});
  const bool rate_changes =
      training.schedule.kind != Schedule::Kind::constant || training.schedule.warmup > 0;
  bool plain = true, first = true;
  for (const std::string& name : context.program.parameters) {
    const NodeId id = graph.find(name);
    if (context.rules.find(id) == nullptr) continue;
    const Shape& shape = graph[id].shape;
    std::vector<Optimizer::Line> lines;
    const Symbol w = Symbol::leaf("w", notation::name(name), shape);
    const Symbol g = add_cuts(training, Symbol::leaf("g", context.rules.partial(id), shape), lines);
    const std::size_t cuts = lines.size();
    const auto of_step = [&](int step) {
      return optimizer.lines(w, g, step, std::nullopt, Optimizer::Constants::names);
    };
    std::ranges::move(of_step(2), std::back_inserter(lines));
    const std::vector<Optimizer::Line> at_first = of_step(1);
    UpdateLine made;
    made.name = name;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const bool last = i + 1 == lines.size();
      Equation equation;
      equation.arrow = last || lines[i].kept;
      equation.left = notation::name(last ? name : lines[i].name);
      const Symbol formula = substitute(lines[i].formula, [&](const Symbol& leaf) {
        return constant_setting(optimizer, leaf, rate_changes);
      });
      equation.rule.push_back({true, write(formula, {{}, false, true})});
      if (first && i >= cuts)
        add_remarks(equation, first_step(optimizer, lines[i], at_first[i - cuts]));
      if (first && lines[i].name == clipping::norm_part)
        equation.remarks.emplace_back(
            "‖g‖: of all gradients together; where the factor is below 1, else they stay");
      made.working.push_back(std::move(equation));
    }
    plain = plain && lines.size() == 1;
    first = false;
    page.updates.push_back(std::move(made));
  }
  if (page.updates.empty()) return;
  page.update_rule = optimizer.summary();
  if (rate_changes) page.update_rule += " at first; lr: the rate of the step, by the schedule";
  if (plain) page.update_rule += ", all from the gradients above";
}

void write_update(const PageContext& context, const StepRecord& record, const StepRecord* exact,
                  DerivationStep& page) {
  const auto has_one_line = [](const UpdateRecord& update) { return update.lines.size() == 1; };
  const bool plain = std::ranges::all_of(record.updates, has_one_line);
  const bool clipped = std::ranges::any_of(record.updates, &UpdateRecord::clipped);
  page.update_rule = context.optimizer->summary(record.lr);
  if (clipped) page.update_rule += ", from clipped gradients";
  if (plain) page.update_rule += ", all from the gradients above";
  for (const UpdateRecord& update : record.updates)
    page.updates.push_back(update_line(context, record, update));
  if (record.loss_after) {
    Equation effect;
    effect.left = context.rules.loss_display();
    effect.value = context.show.links(*record.loss_after, context.rounded);
    const auto before = context.show.links(record.values.at(context.rules.loss()));
    effect.remarks.push_back("was " + text_number(before.back().what.text));
    page.effect.push_back(std::move(effect));
  }
  if (exact != nullptr) page.drift = drift(context, record, *exact);
}

}  // namespace tracer
