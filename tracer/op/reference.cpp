#include "tracer/op/reference.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/op/all.hpp"

namespace tracer::op {
namespace {

std::string entry(const Operation& operation) {
  const Reference& r = *operation.reference;
  // an operator has no name to call it by: its definition is its heading
  std::string text = operation.call.empty()
                         ? fmt::format("{}\n", r.definition)
                         : fmt::format("{:<24}{}\n", operation.call, r.definition);
  const auto row = [&](std::string_view label, std::string_view what) {
    if (!what.empty() && what != "none") text += fmt::format("    {:<12}{}\n", label, what);
  };
  row("shapes", r.shapes);
  row("derivative", r.derivative);
  row("corner", r.kinks);
  row("source", r.source);
  return text;
}

}  // namespace

std::string reference_text(std::string_view only) {
  std::string text;
  std::vector<std::string_view> names;
  for (const Operation* operation : operations()) {
    if (operation->reference == nullptr) continue;
    const std::string_view name = operation->call.empty() ? operation->name : operation->call;
    const bool called_so = name == only || std::ranges::count(operation->other_names, only) > 0;
    if (!only.empty() && !called_so) continue;
    if (std::ranges::find(names, name) != names.end()) continue;
    names.push_back(name);
    if (!text.empty()) text += "\n";
    text += entry(*operation);
  }
  return text;
}

std::vector<std::string_view> function_names() {
  std::vector<std::string_view> names;
  for (const Operation* operation : operations()) {
    if (operation->call.empty() || std::ranges::find(names, operation->call) != names.end())
      continue;
    names.push_back(operation->call);
  }
  return names;
}

}  // namespace tracer::op
