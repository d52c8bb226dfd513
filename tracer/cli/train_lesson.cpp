#include "tracer/cli/train_lesson.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tracer/cli/lesson_files.hpp"
#include "tracer/error.hpp"
#include "tracer/language/parser.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/network.hpp"

namespace tracer::cli {
namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;  // name and value, as written

std::string truth(bool value) { return value ? "true" : "false"; }

// Of the optimiser: within its brackets.
Settings optimizer_settings(const TrainFlags::Training& training) {
  Settings settings;
  if (training.lr) settings.emplace_back("lr", *training.lr);
  if (training.momentum) settings.emplace_back("momentum", *training.momentum);
  if (training.weight_decay) settings.emplace_back("weight_decay", *training.weight_decay);
  if (training.nesterov) settings.emplace_back("nesterov", truth(*training.nesterov));
  return settings;
}

// Of the statement: after the optimiser.
Settings statement_settings(const TrainFlags::Training& training) {
  Settings settings;
  const auto add = [&](const char* name, const auto& value) {
    if (value) settings.emplace_back(name, fmt::format("{}", *value));
  };
  add("batch_size", training.batch_size);
  add("epochs", training.epochs);
  if (training.shuffle) settings.emplace_back("shuffle", truth(*training.shuffle));
  add("validation", training.validation);
  add("test", training.test);
  add("schedule", training.schedule);
  add("warmup", training.warmup);
  add("clip_norm", training.clip_norm);
  add("clip_value", training.clip_value);
  if (training.early_stopping)
    settings.emplace_back("early_stopping", truth(*training.early_stopping));
  add("patience", training.patience);
  add("min_delta", training.min_delta);
  return settings;
}

// What the lesson has, with what the flags say in its place or after it.
Settings merged(const Source& source, const ast::Lesson& lesson,
                const std::vector<ast::Keyword>& written, const Settings& given) {
  Settings all;
  for (const ast::Keyword& keyword : written)
    all.emplace_back(keyword.name.text, std::string(source.text(lesson.expr(keyword.value).span)));
  for (const auto& [name, value] : given) {
    const auto same = [&](const auto& one) { return one.first == name; };
    if (const auto at = std::ranges::find_if(all, same); at != all.end()) {
      at->second = value;
    } else {
      all.emplace_back(name, value);
    }
  }
  return all;
}

std::string train_line(const Source& source, const ast::Lesson& lesson, const ast::Train& train,
                       const TrainFlags::Training& training) {
  Settings given = optimizer_settings(training);
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
       merged(source, lesson, train.options, statement_settings(training)))
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

}  // namespace

Source with_training(const Source& source, const TrainFlags::Training& training) {
  Diagnostics mistakes;
  const ast::Lesson lesson = parse(source, mistakes);
  if (mistakes.has_errors()) return source;
  std::vector<Edit> edits;
  bool seeded = !training.seed;
  for (const ast::Statement& statement : lesson.statements) {
    if (const auto* train = std::get_if<ast::Train>(&statement)) {
      if (training.optimizer || !optimizer_settings(training).empty() ||
          !statement_settings(training).empty())
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

Source training_lesson(const TrainFlags& flags) {
  TrainFlags::Network given = flags.network;
  std::vector<std::string> network;
  for (const auto& [flag, value] : given_values(network_flags(given))) network.push_back(flag);
  if (!flags.file.empty() || !flags.resume.empty()) {
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
  Source written("<command line>", lesson_of(network_options(flags)));
  if (!flags.training.min_delta) return written;
  TrainFlags::Training rest;  // what lesson_of does not know
  rest.min_delta = flags.training.min_delta;
  return with_training(written, rest);
}

}  // namespace tracer::cli
