// See mistake_page.hpp.
#include "tracer/render/mistake_page.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tracer/error.hpp"
#include "tracer/grade/slips.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

bool is_another(const Value& a, const Value& b) { return !same_numbers(a.numbers, b.numbers); }

std::string in_text(const std::string& heading) {
  const std::string begin = heading.substr(0, heading.find(':'));
  return begin.empty() ? "" : " in " + begun_small(begin);
}

class MistakePage {
 public:
  MistakePage(const Derivation& right, Derivation& wrong, const PageParts& parts)
      : right_(right), wrong_(wrong), parts_(parts) {}

  Document write(const std::vector<std::string>& planted) {
    page_.push_back({PageHeading{1, right_.title + ", with a mistake"}});
    for (const std::string& one : planted)
      page_.push_back({Paragraph{.text = {"The mistake " + one + "."}, .look = Look::bold}});
    const std::size_t summary = page_.size();
    for (std::size_t i = 0; i < right_.steps.size(); ++i) step(right_.steps[i], wrong_.steps.at(i));
    Document said{{Paragraph{{what_shows()}}}};
    if (!wrong_lines_.empty()) {
      said.push_back({Paragraph{{"Wrong because of it: " + listed(wrong_lines_) + "."}}, false});
      if (!right_lines_.empty())
        said.push_back({Paragraph{{"Still right there: " + listed(right_lines_) + "."}}, false});
    }
    page_.insert(page_.begin() + static_cast<std::ptrdiff_t>(summary), said.begin(), said.end());
    return std::move(page_);
  }

 private:
  std::string what_shows() const {
    if (!shown_first_.empty()) return "It shows first at " + shown_first_ + ".";
    return "On these numbers it changes nothing: they would not show that it is there.";
  }

  void step(const DerivationStep& right, DerivationStep& wrong) {
    heading_ = right.heading;
    gathering_ = shown_first_.empty();
    if (gathering_) right_lines_.clear();
    if (!right.heading.empty()) page_.push_back({PageHeading{2, right.heading}});
    givens(right, wrong);
    if (parts_.forward) {
      begin("Forward", WorkingLines::Half::forward);
      for (std::size_t i = 0; i < right.forward.size(); ++i)
        line(right.forward[i].equation, right.forward[i].value, wrong.forward.at(i).equation,
             wrong.forward[i].value);
      end();
    }
    if (parts_.backward) {
      begin("Backward", WorkingLines::Half::backward);
      for (std::size_t i = 0; i < right.gradients.size(); ++i)
        gradient(right.gradients[i], wrong.gradients.at(i));
      end();
    }
    if (parts_.update && !right.updates.empty()) {
      begin("Update", WorkingLines::Half::forward);
      for (std::size_t i = 0; i < right.updates.size(); ++i)
        update(right.updates[i], wrong.updates.at(i));
      end();
    }
  }

  void givens(const DerivationStep& right, const DerivationStep& wrong) {
    Givens data, same{right.weights_label, {}}, now{right.weights_label + ", right", {}},
        mistaken{right.weights_label + ", with the mistake", {}};
    for (const Given& given : right.data) data.values.push_back(&given);
    for (std::size_t i = 0; i < right.weights.size(); ++i) {
      same.values.push_back(&right.weights[i]);
      now.values.push_back(&right.weights[i]);
      mistaken.values.push_back(&wrong.weights.at(i));
    }
    const bool alike = std::ranges::equal(
        same.values, mistaken.values,
        [](const Given* a, const Given* b) { return a->equation == b->equation; });
    if (!data.values.empty()) page_.push_back({std::move(data), false, 2});
    if (same.values.empty()) return;
    if (alike) {
      page_.push_back({std::move(same), false, 2});
    } else {
      page_.push_back({std::move(now), false, 2});
      page_.push_back({std::move(mistaken), false, 2});
    }
  }

  void gradient(const GradientLine& right, GradientLine& wrong) {
    for (std::size_t i = 0; i < right.paths.size(); ++i) {
      if (i < wrong.paths.size() && right.paths[i] == wrong.paths[i])
        lines_.lines.push_back({&right.paths[i]});
      else
        add_side(right.paths[i], PageSide::right);
    }
    for (Equation& path : wrong.paths)
      if (std::ranges::find(right.paths, path) == right.paths.end())
        add_side(path, PageSide::wrong);
    line(right.equation, right.value, wrong.equation, wrong.value);
  }

  void update(const UpdateLine& right, UpdateLine& wrong) {
    for (std::size_t i = 0; i < right.working.size(); ++i) {
      const bool last = i + 1 == right.working.size();
      if (last) {
        line(right.working[i], right.after, wrong.working.at(i), wrong.after);
      } else if (right.working[i] == wrong.working.at(i)) {
        lines_.lines.push_back({&right.working[i]});
      } else {
        add_side(right.working[i], PageSide::right);
        add_side(wrong.working[i], PageSide::wrong);
      }
    }
  }

  void add_side(const Equation& equation, PageSide side, const Value* value = nullptr) {
    lines_.lines.push_back({&equation, nullptr, value});
    lines_.lines.back().side = side;
    lines_.sides = true;
  }

  // One line of both: once where they are the same.
  void line(const Equation& right, const Value& right_value, Equation& wrong,
            const Value& wrong_value) {
    const std::string name = text_line(right.left);
    const bool differs = is_another(right_value, wrong_value);
    if (gathering_) (differs ? wrong_lines_ : right_lines_).push_back(name);
    // the reasons of the right line are not those of the wrong one
    if (right.rule == wrong.rule && right.numbers == wrong.numbers && right.value == wrong.value) {
      lines_.lines.push_back({&right, nullptr, &right_value});
      return;
    }
    if (differs && shown_first_.empty()) {
      shown_first_ = name + in_text(heading_);
      wrong.remarks = {"with the mistake: here it shows first"};
    } else {
      wrong.remarks = {differs ? "with the mistake" : "with the mistake: the same value here"};
    }
    add_side(right, PageSide::right, &right_value);
    add_side(wrong, PageSide::wrong, &wrong_value);
  }

  void begin(const std::string& section, WorkingLines::Half half) {
    page_.push_back({PageHeading{3, section}, true, 2});
    lines_ = {.half = half, .reasons = true};
  }
  void end() { page_.push_back({std::move(lines_), false, 4}); }

  static std::string listed(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ", "));
  }

  const Derivation& right_;
  Derivation& wrong_;
  const PageParts& parts_;
  Document page_;
  WorkingLines lines_;
  std::string heading_;      // of the step that is written
  std::string shown_first_;  // "∂L/∂z1 in sample 2"; empty: nothing has shown yet
  bool gathering_ = true;    // lines of the step in which it shows
  std::vector<std::string> wrong_lines_, right_lines_;
};

}  // namespace

Document mistake_page(const Derivation& right, Derivation& wrong,
                      const std::vector<std::string>& planted, const PageParts& parts) {
  return MistakePage(right, wrong, parts).write(planted);
}

Document mistakes_page(const Derivation& right, const std::string& name,
                       std::vector<MistakenLine>& mistakes) {
  const DerivationStep& step = right.steps.at(0);
  const auto line = std::ranges::find(step.gradients, name, &GradientLine::wrt);
  if (line == step.gradients.end())
    throw Error(fmt::format("--mistake {}: nothing is derived with respect to it", name));
  const std::string what = text_line(line->equation.left);
  Document page{{PageHeading{1, fmt::format("{}: mistakes at {}", right.title, what)}}};
  if (!step.heading.empty()) page.push_back({PageHeading{2, step.heading}});
  const auto add = [&](const std::string& section, std::vector<WorkingLine> lines) {
    page.push_back({PageHeading{3, section}, true, 2});
    WorkingLines working{.half = WorkingLines::Half::backward};
    working.lines = std::move(lines);
    page.push_back({std::move(working), false, 4});
  };
  add("Right", {{&line->equation, &line->explanation, &line->value}});
  std::vector<WorkingLine> telling, hidden;
  for (MistakenLine& one : mistakes) {
    one.line.equation.remarks = {fmt::format("{}: {}", one.id, one.says)};
    (is_another(line->value, one.line.value) ? telling : hidden)
        .push_back({&one.line.equation, nullptr, &one.line.value});
  }
  if (!telling.empty()) add("Wrong, and known by its value", std::move(telling));
  if (!hidden.empty()) add("Wrong, and these numbers don't show it", std::move(hidden));
  if (mistakes.empty())
    page.push_back({Paragraph{{"No mistake is known that changes this line alone."}}});
  return page;
}

}  // namespace tracer
