#include "tracer/train/history.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/error.hpp"
#include "tracer/json_text.hpp"

namespace tracer {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no word for these numbers. As text, Python's float() and JavaScript's Number() read
// them.
Json written(double x) {
  if (std::isnan(x)) return "NaN";
  if (std::isinf(x)) return x > 0 ? "Infinity" : "-Infinity";
  return x;
}

double number(const Json& written) {
  if (written.is_number()) return written.get<double>();
  const std::string word = written.get<std::string>();
  if (word == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (word == "Infinity") return std::numeric_limits<double>::infinity();
  if (word == "-Infinity") return -std::numeric_limits<double>::infinity();
  throw Error(fmt::format("\"{}\" is not a number", word));
}

template <class Int>
Int whole(const Json& written) {
  const bool is_whole = written.is_number_integer();
  if (!is_whole ||
      (written.is_number_unsigned() && written.get<std::uint64_t>() > 1'000'000'000'000))
    throw Error(fmt::format("{} is not a count", written.dump()));
  const auto value = written.get<std::int64_t>();
  if (value < 0 || value > std::numeric_limits<Int>::max())
    throw Error(fmt::format("{} is not a count", value));
  return static_cast<Int>(value);
}

struct OptionalField {
  const char* name;  // Keras's
  std::optional<double> EpochRecord::*value;
};
constexpr OptionalField optional_fields[] = {{"accuracy", &EpochRecord::accuracy},
                                             {"val_loss", &EpochRecord::validation_loss},
                                             {"val_accuracy", &EpochRecord::validation_accuracy},
                                             {"val_f1", &EpochRecord::validation_f1}};

EpochRecord record_of(const Json& json) {
  EpochRecord record;
  record.epoch = whole<int>(json.at("epoch"));
  if (json.contains("steps")) record.steps = whole<long long>(json["steps"]);
  record.loss = number(json.at("loss"));
  for (const auto& [name, value] : optional_fields) {
    if (json.contains(name)) record.*value = number(json[name]);
  }
  if (json.contains("lr")) record.lr = number(json["lr"]);
  if (json.contains("seconds")) record.seconds = number(json["seconds"]);
  record.best = json.value("best", false);
  record.cut = json.value("cut", false);
  for (const Json& watched : json.value("watched", Json::array())) {
    record.watched.push_back({watched.at("name").get<std::string>(), number(watched.at("value")),
                              number(watched.at("gradient")), number(watched.at("update"))});
  }
  for (const Json& idle : json.value("idle", Json::array())) {
    record.idle.push_back({idle.at("name").get<std::string>(), idle.at("what").get<std::string>(),
                           whole<int>(idle.at("idle")), whole<int>(idle.at("units"))});
  }
  return record;
}

// One column of the CSV: its name, and an epoch's entry in it (empty where there is none).
struct Column {
  std::string name;
  std::function<std::string(const EpochRecord&)> entry;
};

std::vector<Column> columns_of(const History& history) {
  std::vector<Column> columns{
      {"epoch", [](const EpochRecord& r) { return fmt::to_string(r.epoch); }},
      {"steps", [](const EpochRecord& r) { return fmt::to_string(r.steps); }},
      {"loss", [](const EpochRecord& r) { return fmt::to_string(r.loss); }}};
  for (const auto& [name, value] : optional_fields) {
    const auto has = [value = value](const EpochRecord& r) { return (r.*value).has_value(); };
    if (std::ranges::none_of(history, has)) continue;
    columns.push_back({name, [value = value](const EpochRecord& r) {
                         return r.*value ? fmt::to_string(*(r.*value)) : std::string();
                       }});
  }
  columns.push_back({"lr", [](const EpochRecord& r) { return fmt::to_string(r.lr); }});
  columns.push_back({"seconds", [](const EpochRecord& r) { return fmt::to_string(r.seconds); }});
  if (history.empty()) return columns;
  // what is watched is the same in every epoch
  const EpochRecord& first = history.front();
  for (std::size_t i = 0; i < first.watched.size(); ++i) {
    const auto add = [&](const char* what, double WatchRecord::*value) {
      columns.push_back({first.watched[i].name + what, [i, value](const EpochRecord& r) {
                           return i < r.watched.size() ? fmt::to_string(r.watched[i].*value)
                                                       : std::string();
                         }});
    };
    add(".value", &WatchRecord::value);
    add(".gradient", &WatchRecord::gradient);
    add(".update", &WatchRecord::update);
  }
  for (std::size_t i = 0; i < first.idle.size(); ++i) {
    columns.push_back({first.idle[i].name + "." + first.idle[i].what, [i](const EpochRecord& r) {
                         return i < r.idle.size() ? fmt::to_string(r.idle[i].idle) : std::string();
                       }});
  }
  return columns;
}

}  // namespace

std::string to_json(const EpochRecord& record) {
  Json json{{"epoch", record.epoch}, {"steps", record.steps}, {"loss", written(record.loss)}};
  for (const auto& [name, value] : optional_fields) {
    if (record.*value) json[name] = written(*(record.*value));
  }
  json["lr"] = written(record.lr);
  json["seconds"] = written(record.seconds);
  if (record.best) json["best"] = true;
  if (record.cut) json["cut"] = true;
  for (const WatchRecord& watched : record.watched) {
    json["watched"].push_back({{"name", watched.name},
                               {"value", written(watched.value)},
                               {"gradient", written(watched.gradient)},
                               {"update", written(watched.update)}});
  }
  for (const IdleUnits& idle : record.idle) {
    json["idle"].push_back(
        {{"name", idle.name}, {"what", idle.what}, {"idle", idle.idle}, {"units", idle.units}});
  }
  return json_text(json);
}

std::string to_csv(const History& history) {
  const std::vector<Column> columns = columns_of(history);
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  std::string text = fmt::format("{}\n", fmt::join(names, ","));
  for (const EpochRecord& record : history) {
    std::vector<std::string> entries;
    for (const Column& column : columns) entries.push_back(column.entry(record));
    text += fmt::format("{}\n", fmt::join(entries, ","));
  }
  return text;
}

EpochRecord epoch_from_json(const std::string& text) {
  try {
    return record_of(Json::parse(text));
  } catch (const std::exception&) {  // nlohmann's, or ours
    throw Error(
        fmt::format("'{}' is not the record of an epoch; wanted {{\"epoch\": 1, \"loss\": "
                    "0.5, ...}}",
                    text.size() <= 60 ? text : text.substr(0, 57) + "..."));
  }
}

}  // namespace tracer
