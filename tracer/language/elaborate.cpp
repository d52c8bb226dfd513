#include "tracer/language/elaborate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "tracer/language/built_graphs.hpp"
#include "tracer/language/constants.hpp"
#include "tracer/language/data_sets.hpp"
#include "tracer/language/leaves.hpp"
#include "tracer/language/lines.hpp"
#include "tracer/language/margin_leaves.hpp"
#include "tracer/language/names.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/language/parts.hpp"
#include "tracer/language/purposes.hpp"

namespace tracer {
namespace {

using namespace ast;

// Reads the statements that are known before anything runs, from the top; the lines follow in
// lines.cpp.
class Declarations {
 public:
  Declarations(Names& names, Program& program, const ElaborateOptions& options,
               Diagnostics& diagnostics)
      : names_(names), program_(program), options_(options), diagnostics_(diagnostics) {}

  void run() {
    report({}, [&] { read_seed(); });
    report({}, [&] { give_values(); });
    report({}, [&] { sizes_ = named_sizes(names_, options_.set); });
    for (names_.at = 0; names_.at < names_.lesson.statements.size(); ++names_.at) {
      const Statement& statement = names_.lesson.statements[names_.at];
      if (names_.is_repeated(names_.at)) continue;
      if (const auto* let = std::get_if<Let>(&statement)) {
        report({let->name.text}, [&] { define_constant(let->name.text, let->value); });
      } else if (const auto* leaf = std::get_if<Leaf>(&statement)) {
        report({leaf->name.text}, [&] { define_leaf(*leaf); });
      } else if (const auto* line = std::get_if<Assign>(&statement)) {
        try_constant(*line);
      } else if (const auto* data = std::get_if<Data>(&statement)) {
        std::vector<std::string> defined;
        for (const Word& name : data->names) defined.push_back(name.text);
        if (data->role != Data::Role::train) defined.clear();
        report(defined, [&] { define_samples(*data); });
      }
    }
  }

 private:
  void report(const std::vector<std::string>& defined, const std::function<void()>& read) {
    if (!read_or_report(diagnostics_, read)) names_.broken.insert(defined.begin(), defined.end());
  }

  void read_seed() {
    const auto* seed = first_of<Seed>(names_.lesson);
    if (seed == nullptr) return;
    if (seed->value > 0xffffffffU) throw BadStatement{seed->span, "a seed is at most 4294967295"};
    program_.seed = static_cast<unsigned>(seed->value);
  }

  void give_values() {
    for (const auto& [name, value] : options_.set) {
      const Definition* definition = names_.definition(name);
      if (definition == nullptr) {
        names_.give(name);
        program_.given.push_back(name);
        program_.values[name] = value;
        program_.shapes[name] = shape_of(value);
      } else if (definition->kind == Definition::Kind::samples || is_computed(*definition)) {
        throw BadStatement{
            definition->span,
            fmt::format("{} can't be set: {}", name,
                        definition->kind == Definition::Kind::line ? "it is computed here"
                                                                   : "it holds the samples"),
            "--set gives values to params, inputs and constants"};
      }
    }
  }

  // a line, unless it only holds numbers: n = 3
  bool is_computed(const Definition& definition) {
    if (definition.kind != Definition::Kind::line) return false;
    names_.at = definition.statement;
    return !is_constant(names_,
                        std::get<Assign>(names_.lesson.statements[definition.statement]).value);
  }

  void define_constant(const std::string& name, ExprId written) {
    Constant read = constant(names_, written);
    if (const auto set = options_.set.find(name); set != options_.set.end())
      read = {set->second, false};
    program_.constants[name] = read.value;
    if (read.flat && read.value.size() > 1) program_.flat.insert(name);
    names_.constants[name] = std::move(read);
  }

  // n = 3 and W = [[1, 2], [3, 4]], without let: constants like those with it
  void try_constant(const Assign& line) {
    if (!is_constant(names_, line.value)) return;
    try {
      define_constant(line.name.text, line.value);
    } catch (const BadStatement&) {
      // 2**0.5 is irrational, and so a line; what is really wrong (1/0) will be found there
    } catch (const Broken&) {
    }
  }

  void define_leaf(const Leaf& leaf) {
    const std::string& name = leaf.name.text;
    std::optional<LeafValue> kept;
    if (options_.array_of && is_from_file(leaf)) kept = options_.array_of(name);
    LeafReading read = kept ? LeafReading{shape_of_value(*kept), *kept}
                       : is_max_margin(names_, leaf) && !options_.set.contains(name)
                           ? read_margin_leaf(leaf)
                           : read_leaf(names_, leaf, options_.set, sizes_, program_.seed);
    if (leaf.role == Leaf::Role::param) program_.parameters.push_back(name);
    if (read.flat && read.shape.count() > 1) program_.flat.insert(name);
    program_.shapes[name] = read.shape;
    if (leaf.assumed) assume(leaf, read);
    program_.values[name] = std::move(read.value);
  }

  // w, b = max_margin(x, y): the leaf before b is of the same expression, which is worked out once.
  // The working goes into the introduction.
  LeafReading read_margin_leaf(const Leaf& leaf) {
    const auto* before =
        names_.at == 0 ? nullptr : std::get_if<Leaf>(&names_.lesson.statements[names_.at - 1]);
    const bool is_second = before != nullptr && before->value == leaf.value;
    if (is_second && names_.broken.contains(before->name.text)) throw Broken{};
    if (margin_of_ != leaf.value) {
      margin_ = read_margin(names_, leaf, program_.data);
      margin_of_ = leaf.value;
    }
    if (is_second) return std::move(margin_.b);
    for (std::string& paragraph : margin_.working) {
      program_.introduction.emplace_back();
      program_.introduction.push_back(std::move(paragraph));
    }
    return std::move(margin_.w);
  }

  void assume(const Leaf& leaf, const LeafReading& read) {
    constexpr std::array<std::string_view, 3> known{"one_hot", "probabilities", "positive"};
    const auto found = std::ranges::find(known, leaf.assumed->text);
    if (found == known.end()) {
      throw BadStatement{
          leaf.assumed->span, fmt::format("there is no assumption '{}'", leaf.assumed->text),
          suggested(leaf.assumed->text, known,
                    "what may be assumed of a leaf: one_hot, probabilities, positive")};
    }
    const auto assumed = static_cast<Assumption>(found - known.begin());
    program_.assumed[leaf.name.text] = assumed;
    if (std::holds_alternative<std::monostate>(read.value)) return;
    const auto either_way = [&](auto is) { return is(read.value, 0) || is(read.value, 1); };
    const bool holds = assumed == Assumption::positive  ? (exact_value(read.value) > Exact(0)).all()
                       : assumed == Assumption::one_hot ? either_way(is_one_hot)
                                                        : either_way(is_distribution);
    if (!holds) {
      throw BadStatement{
          leaf.name.span,
          fmt::format("{} is assumed to be {}, and its value is not", leaf.name.text, *found),
          assumed == Assumption::positive ? "give it entries above 0"
          : assumed == Assumption::one_hot
              ? "give each sample a single 1 and zeros"
              : "give it samples whose entries, none below 0, sum to 1"};
    }
  }

  bool is_from_file(const Leaf& leaf) const {
    if (!leaf.value) return false;
    const auto* call = names_.as<Call>(*leaf.value);
    return call != nullptr && reads_array(call->function.text);
  }

  void define_samples(const Data& data) {
    std::optional<Samples>& place = data.role == Data::Role::train  ? program_.data
                                    : data.role == Data::Role::test ? program_.test
                                                                    : program_.validation;
    if (place) return;  // the second data line has been reported
    const bool is_held_out = data.role != Data::Role::train;
    Samples read = has_samples_of(data)
                       ? *options_.in_place_of_data
                       : read_samples(names_, data, program_.seed,
                                      is_held_out && program_.data ? &*program_.data : nullptr);
    if (is_held_out) check_held_out(data, read);
    for (std::string& text : read.remarks) diagnostics_.remark(data.span, std::move(text));
    read.remarks.clear();
    place = std::move(read);
  }

  bool has_samples_of(const Data& data) const {
    return options_.in_place_of_data &&
           std::ranges::equal(data.names, options_.in_place_of_data->names, {}, &Word::text);
  }

  // test X, Y = ..., validation X, Y = ...: the same names and features as the data
  void check_held_out(const Data& statement, const Samples& read) const {
    const std::string_view word = word_of(statement.role);
    if (!program_.data)
      throw BadStatement{statement.span, fmt::format("{} stands without data above it", word),
                         "add data X, Y = ... above"};
    if (read.names != program_.data->names) {
      throw BadStatement{
          statement.names[0].span,
          fmt::format("data names {}, but {} names {}", fmt::join(program_.data->names, ", "), word,
                      fmt::join(read.names, ", ")),
          fmt::format("{} data have the same names", word)};
    }
    for (std::size_t i = 0; i < read.names.size(); ++i) {
      if (read.entries(i) == program_.data->entries(i)) continue;
      throw BadStatement{
          statement.names[i].span,
          fmt::format("{} has {} entries a sample in {}, and {} in data", read.names[i],
                      read.entries(i), word, program_.data->entries(i))};
    }
  }

  Names& names_;
  Program& program_;
  const ElaborateOptions& options_;
  Diagnostics& diagnostics_;
  std::map<std::string, int> sizes_;
  std::optional<ExprId> margin_of_;  // the call of max_margin that margin_ is of
  MarginLeaves margin_;
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream all(text);
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

// The graphs of the losses after the first, for the mistakes that only they have. What is said of
// the lines has been said.
std::vector<BatchGraph> build_further(const Program& program, Names& names,
                                      Diagnostics& diagnostics) {
  std::vector<BatchGraph> made;
  for (std::size_t i = 1; i < program.losses.size() && !diagnostics.has_errors(); ++i) {
    Diagnostics again;
    made.push_back(build_lines(of_loss(program, program.losses[i]), names, first_batch(program),
                               program.evaluation_mode, again));
    for (const Diagnostic& each : again.sorted())
      if (each.severity == Severity::error) diagnostics.error(each.span, each.message, each.remedy);
  }
  return made;
}

}  // namespace

Program elaborate(std::shared_ptr<const Source> source, std::shared_ptr<const Lesson> lesson,
                  Diagnostics& diagnostics, const ElaborateOptions& options) {
  Program program;
  program.source = std::move(source);
  program.syntax = std::move(lesson);
  program.built = std::make_shared<BuiltGraphs>();
  program.title = program.syntax->title;
  program.introduction = lines_of(program.syntax->introduction);
  program.evaluation_mode = options.evaluation_mode;

  const bool incomplete = diagnostics.has_errors();
  Names names(*program.source, *program.syntax, diagnostics);
  names.values_are_set = options.differentiate_set;
  names.opens_files = options.opens_files;
  names.incomplete = incomplete;
  Declarations(names, program, options, diagnostics).run();
  read_purposes(names, program, options, diagnostics);

  std::set<std::string> used;
  BatchGraph built = build_lines(program, names, first_batch(program), program.evaluation_mode,
                                 diagnostics, &used);
  for (const auto& [name, value] : built.states) {
    program.values[name] = value;
    program.shapes[name] = built.graph[built.leaves.at(name)].shape;
  }
  const std::vector<BatchGraph> further = build_further(program, names, diagnostics);
  check_purposes(names, program, built, further, used, diagnostics);
  if (built.loss >= 0) read_expectations(names, program, built, diagnostics);
  if (!diagnostics.has_errors()) {
    program.built->keep(BuiltGraphs::key(program, first_batch(program), program.evaluation_mode),
                        std::move(built));
    normalise(program);
  }
  return program;
}

Program load_program(const Source& source, const ElaborateOptions& options) {
  const auto shared = std::make_shared<const Source>(source);
  Diagnostics diagnostics;
  const auto lesson = std::make_shared<const Lesson>(parse(*shared, diagnostics));
  Program program = elaborate(shared, lesson, diagnostics, options);
  diagnostics.throw_if_errors(*shared);
  for (const Diagnostic& diagnostic : diagnostics.sorted())
    program.remarks.push_back(render(*shared, diagnostic));
  return program;
}

namespace {

// What `read` makes of the one statement of a text that is no lesson.
auto read_alone(const Source& source, const auto& read) {
  Diagnostics diagnostics;
  const Lesson lesson = parse(source, diagnostics);
  diagnostics.throw_if_errors(source);
  const Names names(source, lesson, diagnostics);
  try {
    return read(names);
  } catch (const BadStatement& mistake) {
    diagnostics.error(mistake.span, mistake.message, mistake.remedy);
    diagnostics.throw_if_errors(source);
    throw;
  }
}

}  // namespace

std::pair<std::string, Array<Exact>> parse_setting(std::string_view text) {
  const auto fail = [&] {
    throw Error(fmt::format("--set {}: expected NAME=VALUE, e.g. --set w=2", text));
  };
  if (text.find('=') == std::string_view::npos) fail();
  return read_alone(Source("--set", "let " + std::string(text)), [&](const Names& names) {
    const auto& statements = names.lesson.statements;
    const auto* let = statements.size() == 1 ? std::get_if<Let>(&statements[0]) : nullptr;
    if (let == nullptr) fail();
    return std::pair(let->name.text, constant(names, let->value).value);
  });
}

Samples samples_of_call(std::string_view call, std::uint64_t seed, const std::string& place,
                        const Samples* training) {
  return read_alone(Source(place, "data X, Y = " + std::string(call)), [&](const Names& names) {
    Samples samples =
        read_samples(names, std::get<Data>(names.lesson.statements.at(0)), seed, training);
    normalise(samples);
    return samples;
  });
}

}  // namespace tracer
