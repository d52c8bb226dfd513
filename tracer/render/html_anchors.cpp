// See html_anchors.hpp.
#include "tracer/render/html_anchors.hpp"

#include <algorithm>
#include <cctype>
#include <set>

#include <fmt/format.h>

#include "tracer/render/text_block.hpp"

namespace tracer {
namespace {

// "∂L/∂z1" as dL-dz1: what a link's address can be read by.
std::string slug_of(const std::string& text) {
  std::string slug;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      slug += c;
    else if (text.compare(at, 3, "∂") == 0)
      slug += 'd';
    else if (static_cast<unsigned char>(c) < 0x80 && !slug.empty() && slug.back() != '-')
      slug += '-';
  }
  while (slug.ends_with('-')) slug.pop_back();
  return slug.empty() ? "line" : slug;
}

}  // namespace

std::string html_line_id(int step, const std::string& what) {
  return step > 0 ? fmt::format("s{}-{}", step, slug_of(what)) : slug_of(what);
}

HtmlAnchors::HtmlAnchors(const Document& document) {
  Known known;
  int step = 0;
  for (const Block& block : document) {
    if (const auto* heading = std::get_if<PageHeading>(&block.what);
        heading && heading->level == 2) {
      known.clear();
      ++step;
    }
    if (const auto* givens = std::get_if<Givens>(&block.what)) read(givens->values, known, step);
    if (const auto* working = std::get_if<WorkingLines>(&block.what)) read(*working, known, step);
    if (const auto* updates = std::get_if<UpdateLines>(&block.what))
      read(updates->working, known, step);
  }
}

const HtmlAnchors::Line* HtmlAnchors::of(const Equation& equation) const {
  const auto found = numbers_.find(&equation);
  return found == numbers_.end() ? nullptr : &lines_[found->second];
}

void HtmlAnchors::read(const std::vector<const Given*>& givens, Known& known, int step) {
  for (const Given* given : givens) {
    const std::string key = text_line(given->equation.left);
    add(given->equation, key, step);
    known[key] = lines_.size() - 1;
  }
}

void HtmlAnchors::read(const WorkingLines& working, Known& known, int step) {
  for (const WorkingLine& line : working.lines) read(*line.equation, known, step);
}

void HtmlAnchors::read(const Equation& equation, Known& known, int step) {
  const std::string what = text_line(equation.left);
  const std::string key = equation.arrow ? what + "-new" : what;
  std::vector<std::string> used;
  for (const auto* links : {&equation.rule, &equation.numbers})
    for (const Link& link : *links) collect_values_named(link.what, used);
  if (equation.arrow) {  // an update is written in numbers: of the value and its gradient
    used.push_back(what);
    for (const auto& [name, number] : known)
      if (name.ends_with("/∂" + what)) used.push_back(name);
  }
  add(equation, key, step);
  const std::size_t number = lines_.size() - 1;
  lines_[number].what = what;
  std::set<std::size_t> from;
  for (const std::string& name : used) {
    const auto made = known.find(name);
    if (made == known.end() || made->second == number || !from.insert(made->second).second)
      continue;
    lines_[number].from.push_back(made->second);
    lines_[made->second].used_in.push_back(number);
  }
  known.try_emplace(key, number);
}

void HtmlAnchors::add(const Equation& equation, const std::string& key, int step) {
  std::string id = html_line_id(step, key);
  if (const int uses = ++ids_[id]; uses > 1) id = fmt::format("{}-again{}", id, uses);
  numbers_[&equation] = lines_.size();
  lines_.push_back({std::move(id), key, {}, {}});
}

}  // namespace tracer
