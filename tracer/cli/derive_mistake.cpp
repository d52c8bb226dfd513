#include "tracer/cli/derive_mistake.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/mistake/planted.hpp"
#include "tracer/render/mistake_page.hpp"

namespace tracer::cli {
namespace {

// "z1" of "z1", "dL/dz1" and "∂L/∂z1", where the lesson has such a line; else nothing
std::string line_meant(const Program& program, const std::string& text) {
  std::string name = text.substr(text.find('/') == std::string::npos ? 0 : text.find('/') + 1);
  for (const std::string_view d : {"∂", "d"}) {
    if (name != text && name.starts_with(d)) {
      name = name.substr(d.size());
      break;
    }
  }
  return program.graph(1)->graph.find(name) < 0 ? "" : name;
}

void write_all(const Program& program, DeriveOptions options, const std::string& name,
               const Output& output) {
  if (options.first_step == 0) options.first_step = options.last_step = 1;
  options.wrong_from = options.first_step;  // each is made in that step alone
  std::vector<PlantedMistake> possible;
  options.wrong = [&](const BatchGraph& batch, const Rules& rules) {
    BackwardGraph back(batch.graph, batch.loss);
    possible = mistakes_of_gradient(batch, back, rules, batch.graph.find(name));
    return std::map<NodeId, Symbol>();
  };
  const DeriveResult right = derive(program, options);
  std::vector<MistakenLine> lines;
  for (const PlantedMistake& one : possible) {
    options.wrong = [&](const BatchGraph& batch, const Rules& rules) {
      BackwardGraph back(batch.graph, batch.loss);
      return wrong_gradients(back, rules, {one});
    };
    try {
      const DeriveResult wrong = derive(program, options);
      const auto& gradients = wrong.derivation.steps.at(0).gradients;
      const auto line = std::ranges::find(gradients, name, &GradientLine::wrt);
      if (line != gradients.end())
        lines.push_back({*line, std::string(one.mistake.kind.id), one.mistake.says});
    } catch (const Error&) {
      continue;  // a formula that has no value on these numbers, 1/0, can't be shown with them
    }
  }
  output.write(mistakes_page(right.derivation, name, lines));
}

}  // namespace

void derive_with_mistake(const Program& program, const DeriveOptions& options,
                         const std::string& mistake, const PageParts& parts, const Output& output) {
  if (program.symbolic)
    throw Error(
        "--mistake shows what numbers come to, and this lesson is in symbols: give each "
        "value without a number one with --set");
  if (const std::string name = line_meant(program, mistake); !name.empty())
    return write_all(program, options, name, output);
  std::vector<std::string> said;
  DeriveOptions wrong_options = options;
  wrong_options.wrong = [&](const BatchGraph& batch, const Rules& rules) {
    BackwardGraph back(batch.graph, batch.loss);
    const std::vector<PlantedMistake> planted = planted_mistakes(batch, back, mistake);
    said.clear();
    for (const PlantedMistake& one : planted)
      said.push_back(
          fmt::format("in {}: {} ({})", one.line, one.mistake.says, one.mistake.kind.id));
    return wrong_gradients(back, rules, planted);
  };
  const DeriveResult right = derive(program, options);
  DeriveResult wrong = derive(program, wrong_options);
  output.write(mistake_page(right.derivation, wrong.derivation, said, parts));
}

}  // namespace tracer::cli
