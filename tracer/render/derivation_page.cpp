// See derivation_page.hpp. One function a section, in the order of the page.
#include "tracer/render/derivation_page.hpp"

#include <memory>
#include <utility>

#include <fmt/format.h>

#include "tracer/render/graph_page.hpp"
#include "tracer/render/html_anchors.hpp"

namespace tracer {
namespace {

constexpr int section_indent = 2;
constexpr int line_indent = 4;

/// "Batch of m = 2: one column per sample".
std::string step_heading(const DerivationStep& step) {
  if (step.layout.empty() || step.heading.empty()) return step.heading + step.layout;
  return step.heading + ": " + step.layout;
}

/// What the update did to the loss, as far as the colon.
std::string effect_phrase(const DerivationStep& step) {
  if (step.samples.empty()) return "Did it help? New weights";
  return step.samples.size() == 1 ? "Did it help? Same sample, new weights"
                                  : "Did it help? Same batch, new weights";
}

Prose way(const std::vector<std::string>& names) {
  return names.empty() ? Prose{} : Prose{Way{names}};
}

/// Shapes of all matrices of a step by name; that of a gradient as "∂W1".
Shapes shapes_of(const DerivationStep& step) {
  Shapes shapes;
  const auto add = [&](const std::string& name, const Value& value, const std::string& said) {
    if (!value.empty() && !value.scalar())
      shapes[name] = fmt::format("{}×{}", value.numbers.rows(), value.numbers.cols());
    if (value.empty() && !said.empty()) shapes[name] = said;
  };
  for (const Given& given : step.data) add(given.name, given.value, "");
  for (const Given& given : step.weights) add(given.name, given.value, "");
  for (const ForwardLine& line : step.forward) add(line.name, line.value, line.shape);
  for (const GradientLine& line : step.gradients) add("∂" + line.wrt, line.value, line.shape);
  for (const BackwardPass& pass : step.further)
    for (const GradientLine& line : pass.gradients) add("∂" + line.wrt, line.value, line.shape);
  return shapes;
}

class DerivationPage {
 public:
  DerivationPage(const PageParts& parts, const ForeseenSlips* slips)
      : parts_(parts), slips_(slips) {}

  Document walk(const Derivation& derivation) {
    derivation_ = &derivation;
    if (!derivation.title.empty()) add(PageHeading{1, derivation.title});
    if (parts_.reasons)
      for (const std::string& paragraph : derivation.introduction) add(Paragraph{{paragraph}});
    if (!derivation.working.empty())
      add(Paragraph{.text = {"Rounded working: " + derivation.working}, .look = Look::aside});
    for (const DerivationStep& step : derivation.steps) walk(step);
    if (derivation.remaining > 0) {
      const bool one = derivation.remaining == 1;
      add(Paragraph{{fmt::format("… {} more {} (", derivation.remaining, one ? "step" : "steps"),
                     Typed{"--steps all"}, std::string(one ? " shows it)" : " shows them)")}});
    }
    Bullets expectations;
    for (const Judgement& line : derivation.expectations) expectations.items.push_back(line.text);
    if (!expectations.items.empty()) add(std::move(expectations));
    return std::move(page_);
  }

 private:
  void walk(const DerivationStep& step) {
    step_ = &step;
    shapes_ = std::make_shared<Shapes>(shapes_of(step));
    bool apart = true;  // what a step begins with stands apart from the step before
    if (const std::string heading = step_heading(step); !heading.empty()) {
      add(PageHeading{2, heading});
      ++headings_;
      apart = false;
    }
    givens(step, apart);
    if (parts_.forward && step.forward.size() > 1) picture(step);
    if (parts_.forward && !step.forward.empty()) forward(step);
    if (parts_.backward) {
      way_back(step);
      for (const BackwardPass& pass : step.further) way_back(pass);
    }
    if (parts_.update && !step.updates.empty()) {
      section("Update", {step.update_rule});
      UpdateLines updates{&step.updates, working(WorkingLines::Half::forward)};
      for (const UpdateLine& line : step.updates) {
        updates.working.add(line.working);
        updates.working.lines.back().value = &line.after;
        updates.working.lines.back().slips = slips_of(PageLine::Kind::update, line.name);
      }
      add(std::move(updates), false, line_indent);
    }
    if (parts_.update && !step.effect.empty()) effect(step);
    apart = true;
    for (const auto* lines : {&step.drift, &step.notes})
      for (const std::string& line : *lines) {
        add(Paragraph{{line}}, apart, section_indent);
        apart = false;
      }
  }

  void givens(const DerivationStep& step, bool apart) {
    Givens data, weights{step.weights_label, {}};
    for (const Given& given : step.data) data.values.push_back(&given);
    for (const Given& given : step.weights)
      (weights.label.empty() ? data : weights).values.push_back(&given);
    for (Givens* part : {&data, &weights}) {
      if (part->values.empty()) continue;
      add(std::move(*part), apart, section_indent);
      apart = false;
    }
  }

  // The graph, each line's node leading to the line.
  void picture(const DerivationStep& step) {
    // made where it is shown: the other formats don't wait for it
    add(Drawing{{}, [derivation = derivation_, &step, part = headings_] {
                  DrawnGraph graph = folded(graph_of(*derivation, step)).graph;
                  for (DrawnNode& node : graph.nodes)
                    if (!node.uses.empty()) node.link = "#" + html_line_id(part, node.name);
                  return graph_svg(graph);
                }});
    page_.back().shown = Shown::in_browser;
  }

  void forward(const DerivationStep& step) {
    section("Forward", way(step.path));
    WorkingLines lines = working(WorkingLines::Half::forward);
    for (const ForwardLine& line : step.forward)
      lines.lines.push_back(
          {&line.equation, nullptr, &line.value, slips_of(PageLine::Kind::value, line.name)});
    add(std::move(lines), false, line_indent);
  }

  void way_back(const BackwardPass& pass) {
    if (!pass.jacobians.empty()) jacobians(pass);
    if (!pass.gradients.empty()) backward(pass);
  }

  /// Of several losses it is said which.
  static std::string named(std::string section, const BackwardPass& pass) {
    return pass.from.empty() ? section : section + " from " + pass.from;
  }

  void jacobians(const BackwardPass& step) {
    section(named("Local Jacobians", step),
            {parts_.reasons ? ": row i, column j is ∂output[i]/∂input[j]" : ""});
    WorkingLines lines = working(WorkingLines::Half::backward);
    lines.add(step.jacobians);
    add(std::move(lines), false, line_indent);
  }

  void paths(const BackwardPass& step) {
    section("Paths", {});
    bool apart = false;
    for (const PathsTo& to : step.paths) {
      add(Paragraph{{to.label}}, apart, line_indent);
      WorkingLines lines = working(WorkingLines::Half::backward);
      for (const PathsTo::Line& line : to.lines) lines.lines.push_back({&line.equation});
      if (!to.sum.rule.empty()) lines.lines.push_back({&to.sum});
      add(std::move(lines), false, line_indent + 2);
      apart = true;
    }
  }

  void backward(const BackwardPass& step) {
    Prose after = way(step.way_back);
    if (!after.empty() && parts_.reasons && !std::exchange(said_how_, true))
      for (Prose::value_type piece :
           Prose{": what came from above ", notation::name("×"), " the local slope"})
        after.push_back(std::move(piece));
    section(named("Backward", step), std::move(after));
    WorkingLines lines = working(WorkingLines::Half::backward);
    for (const GradientLine& line : step.gradients) {
      lines.add(line.paths);
      lines.lines.push_back({&line.equation, &line.explanation, &line.value,
                             slips_of(PageLine::Kind::gradient, line.wrt)});
    }
    add(std::move(lines), false, line_indent);
    if (!step.chains.empty()) {
      WorkingLines chains = working(WorkingLines::Half::backward);
      chains.label = step.chains_label;
      chains.add(step.chains);
      add(std::move(chains), true, line_indent);
    }
    if (!step.paths.empty()) paths(step);
    if (!step.checks.empty()) {
      section("Check", {step.check_heading});
      WorkingLines checks{.half = WorkingLines::Half::backward, .reasons = true, .shapes = shapes_};
      for (const DifferenceLine& line : step.checks) checks.lines.push_back({&line.equation});
      add(std::move(checks), false, line_indent);
    }
    if (step.second.empty()) return;
    section("Second derivatives", {});
    WorkingLines second = working(WorkingLines::Half::forward);
    for (const Equation& line : step.second) second.lines.push_back({&line});
    add(std::move(second), false, line_indent);
  }

  void effect(const DerivationStep& step) {
    Prose text{effect_phrase(step) + ":"};
    for (const Equation& equation : step.effect) {
      text.emplace_back(" ");
      text.emplace_back(equation);
      for (const std::string& remark : equation.remarks) text.emplace_back(" (" + remark + ")");
    }
    add(Paragraph{std::move(text)}, true, section_indent);
  }

  const std::vector<ForeseenSlip>* slips_of(PageLine::Kind kind, const std::string& name) const {
    if (slips_ == nullptr) return nullptr;
    const auto found = slips_->find({step_->step, kind, name, ""});
    return found == slips_->end() || found->second.empty() ? nullptr : &found->second;
  }

  WorkingLines working(WorkingLines::Half half) const {
    return {.half = half, .reasons = parts_.reasons, .shapes = shapes_};
  }

  void section(std::string name, Prose after) {
    add(PageHeading{3, std::move(name), std::move(after)}, true, section_indent);
  }

  void add(decltype(Block::what) what, bool apart = true, int indent = 0) {
    page_.push_back({std::move(what), apart, indent});
  }

  const PageParts& parts_;
  const ForeseenSlips* slips_;
  const Derivation* derivation_ = nullptr;
  const DerivationStep* step_ = nullptr;  // that is being written
  int headings_ = 0;                      // of steps: lines are numbered by them
  std::shared_ptr<const Shapes> shapes_;
  bool said_how_ = false;  // what a backward pass does, which once is enough
  Document page_;
};

}  // namespace

Document page_of(const Derivation& derivation, const PageParts& parts, const ForeseenSlips* slips) {
  return DerivationPage(parts, slips).walk(derivation);
}

}  // namespace tracer
