// The lesson that `tracer train` runs: see train_flags.hpp.
#include <algorithm>
#include <array>
#include <span>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tracer/cli/lessons.hpp"
#include "tracer/cli/train_flags.hpp"
#include "tracer/error.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/network.hpp"

namespace tracer::cli {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;  // name and value, as written

// Of the optimiser, within its brackets; and of the statement, after it: in the order in which a
// line gets those that it does not have.
constexpr std::array<std::string_view, 4> of_optimizer{"lr", "momentum", "weight_decay",
                                                       "nesterov"};
constexpr std::array<std::string_view, 15> of_statement{
    "batch_size",     "epochs",   "shuffle",   "validation", "test",
    "stratify",       "schedule", "warmup",    "clip_norm",  "clip_value",
    "early_stopping", "patience", "min_delta", "monitor",    "split_seed"};

// Of these settings those that a flag of the same name was given for.
Settings given_settings(TrainFlags::Training training, std::span<const std::string_view> names) {
  const auto given = given_values(training_flags(training));
  Settings settings;
  for (const std::string_view name : names) {
    std::string flag = fmt::format("--{}", name);
    std::ranges::replace(flag, '_', '-');
    const auto at = std::ranges::find(given, flag, [](const auto& one) { return one.first; });
    if (at != given.end()) settings.emplace_back(name, at->second);
  }
  return settings;
}

// What the lesson has, with what the flags say in its place or after it.
Settings merged(const Source& source, const ast::Lesson& lesson,
                const std::vector<ast::Keyword>& written, const Settings& given) {
  Settings all;
  for (const ast::Keyword& keyword : written)
    all.emplace_back(keyword.name.text, std::string(source.text(lesson.expr(keyword.value).span)));
  for (const auto& [name, value] : given) {
    const auto at = std::ranges::find(all, name, [](const auto& one) { return one.first; });
    if (at != all.end()) {
      at->second = value;
    } else {
      all.emplace_back(name, value);
    }
  }
  return all;
}

std::string train_line(const Source& source, const ast::Lesson& lesson, const ast::Train& train,
                       const TrainFlags::Training& training) {
  Settings given = given_settings(training, of_optimizer);
  std::vector<std::string> arguments;
  std::vector<ast::Keyword> keywords;
  const bool another = training.optimizer && *training.optimizer != train.optimizer.text;
  if (!another) {  // the settings of one optimiser are not those of another
    keywords = train.keywords;
    for (const ast::ExprId argument : train.arguments)
      arguments.emplace_back(source.text(lesson.expr(argument).span));
    if (!arguments.empty() && training.lr) {  // sgd(0.1): lr is the first everywhere
      arguments.front() = *training.lr;
      given.erase(given.begin());
    }
  }
  for (const auto& [name, value] : merged(source, lesson, keywords, given))
    arguments.push_back(name + "=" + value);
  std::string line =
      fmt::format("train {} with {}({})", train.loss.text,
                  training.optimizer.value_or(train.optimizer.text), fmt::join(arguments, ", "));
  for (const auto& [name, value] :
       merged(source, lesson, train.options, given_settings(training, of_statement)))
    line += fmt::format(", {}={}", name, value);
  return line;
}

struct Edit {
  Span span;
  std::string text;
};

Source edited(const Source& source, std::vector<Edit> edits) {
  std::ranges::sort(edits, {}, [](const Edit& edit) { return edit.span.begin; });
  std::string text;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    text += source.text().substr(at, edit.span.begin - at) + edit.text;
    // of a statement over several lines the line ends stay, so that what follows is where it was
    text.append(static_cast<std::size_t>(std::ranges::count(source.text(edit.span), '\n')), '\n');
    at = edit.span.end;
  }
  return Source(source.name(), text + source.text().substr(at));
}

// The same lesson with these options in its train line, in place of what stands there; all lines
// keep their numbers. A lesson with mistakes or without a train line comes back as it is: whoever
// runs it will say so.
Source with_training(const Source& source, const TrainFlags::Training& training) {
  Diagnostics mistakes;
  const ast::Lesson lesson = parse(source, mistakes);
  if (mistakes.has_errors()) return source;
  std::vector<Edit> edits;
  bool seeded = !training.seed;
  for (const ast::Statement& statement : lesson.statements) {
    if (const auto* train = std::get_if<ast::Train>(&statement)) {
      if (training.optimizer || !given_settings(training, of_optimizer).empty() ||
          !given_settings(training, of_statement).empty())
        edits.push_back({train->span, train_line(source, lesson, *train, training)});
    } else if (const auto* seed = std::get_if<ast::Seed>(&statement); seed && training.seed) {
      edits.push_back({seed->span, fmt::format("seed {}", *training.seed)});
      seeded = true;
    }
  }
  if (!seeded) {
    const std::size_t end = source.text().size();
    edits.push_back(
        {{end, end},
         fmt::format("{}seed {}\n", source.text().ends_with('\n') ? "" : "\n", *training.seed)});
  }
  return edits.empty() ? source : edited(source, std::move(edits));
}

// A lesson without its comments, its seed and its train line, which flags may change.
std::string network_of(const std::string& lesson) {
  std::string kept;
  std::istringstream lines(lesson);
  for (std::string line; std::getline(lines, line);) {
    const bool changes = line.starts_with("#") || line.starts_with("train ") ||
                         line.starts_with("seed ") || line.empty();
    if (!changes) kept += line + "\n";
  }
  return kept;
}

void require_same_network(const Source& written, const std::string& checkpoint) {
  if (network_of(load_checkpoint(checkpoint).model.lesson) == network_of(written.text())) return;
  throw Error(
      fmt::format("{}: it is of another network or other data than these flags say; leave them "
                  "out, and --resume goes on with its own",
                  checkpoint));
}

}  // namespace

Source training_lesson(const TrainFlags& flags) {
  TrainFlags::Network given = flags.network;
  std::vector<std::string> network;
  for (const auto& [flag, value] : given_values(network_flags(given))) network.push_back(flag);
  // the command that wrote the checkpoint, again with --resume: the same lesson is written
  const bool written_again = flags.file.empty() && flags.network.layers;
  if (!written_again && (!flags.file.empty() || !flags.resume.empty())) {
    if (!network.empty()) {
      throw Error(
          fmt::format("{}: {} for a network without a lesson, and {} has one; write it "
                      "there, or leave the lesson out",
                      fmt::join(network, ", "), network.size() == 1 ? "is" : "are",
                      flags.file.empty() ? flags.resume : flags.file));
    }
    if (!flags.file.empty())
      return with_training(read_source(find_lesson(flags.file)), flags.training);
    const Model model = load_checkpoint(flags.resume).model;
    return with_training(Source(model.lesson_name, model.lesson), flags.training);
  }
  if (!flags.network.layers) {
    throw Error(network.empty()
                    ? "train wants a lesson, or a network with --layers (tracer train --help has "
                      "examples)"
                    : fmt::format("{}: a network wants --layers too: the units of every layer, the "
                                  "inputs first, as in --layers 784,128,10",
                                  fmt::join(network, ", ")));
  }
  Source written("(the lesson of these flags)", lesson_of(network_options(flags)));
  TrainFlags::Training rest;  // what lesson_of does not know
  rest.min_delta = flags.training.min_delta;
  rest.monitor = flags.training.monitor;
  rest.split_seed = flags.training.split_seed;
  const Source lesson = with_training(written, rest);
  if (!flags.resume.empty()) require_same_network(lesson, flags.resume);
  return lesson;
}

}  // namespace tracer::cli
