#include "tests/bench/report.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tracer::bench {

namespace {

const std::vector<std::string> columns{"tracer", "torch", "numpy", "sklearn", "bare", "bare-own"};

double median_of(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// The bare products compute none.
bool with_loss(const std::string& name) { return !name.starts_with("bare"); }

// A column is 18 wide: what stands in it has up to 15 characters.
std::string cell(const std::string& what) { return fmt::format("{:>18}", what); }

}  // namespace

double Series::median() const { return median_of(seconds); }
double Series::least() const { return *std::ranges::min_element(seconds); }

const Series* Measured::best(const std::string& name) const {
  const Series* found = nullptr;
  for (const Series& one : series) {
    if (one.name == name && (!found || one.median() < found->median())) found = &one;
  }
  return found;
}

std::string Report::text() const {
  std::string out = fmt::format("{}\n\n", fmt::join(machine, "\n"));
  for (const Measured& row : rows)
    out += fmt::format("{}  {}\n", row.work.name, row.work.description());
  out += "bare: the network's matrix products alone, by OpenBLAS; bare-own: by tracer's own\n";

  out += "\nSeconds, median (least):\n    ";
  for (const std::string& column : columns) out += cell(column);
  for (const Measured& row : rows) {
    out += fmt::format("\n{:<4}", row.work.name);
    for (const std::string& column : columns) {
      const Series* best = row.best(column);
      out += cell(best ? fmt::format("{:.4f} ({:.4f})", best->median(), best->least()) : "-");
    }
  }

  out += "\n\nTimes tracer's, by medians (by least):\n    ";
  for (const std::string& column : columns) out += cell(column == "tracer" ? "" : column);
  for (const Measured& row : rows) {
    const Series* tracer = row.best("tracer");
    if (!tracer) continue;
    out += fmt::format("\n{:<4}", row.work.name);
    for (const std::string& column : columns) {
      const Series* best = row.best(column);
      if (column == "tracer") best = nullptr;
      const std::string ratio =
          best ? fmt::format("{:.2f} ({:.2f})", best->median() / tracer->median(),
                             best->least() / tracer->least())
               : "";
      out += cell(ratio);
    }
  }

  out += "\n\nMean loss of the first turn, from the same weights:\n    ";
  for (const std::string& column : columns) {
    if (with_loss(column)) out += cell(column);
  }
  for (const Measured& row : rows) {
    out += fmt::format("\n{:<4}", row.work.name);
    for (const std::string& column : columns) {
      const Series* best = row.best(column);
      if (with_loss(column)) out += cell(best ? fmt::format("{:.4f}", best->first_loss) : "-");
    }
  }

  out += "\n\nPeak memory of the process, MB (the images are 188 of them, 119 in W3 and W4):\n    ";
  for (const std::string& column : columns) out += cell(column);
  for (const Measured& row : rows) {
    out += fmt::format("\n{:<4}", row.work.name);
    for (const std::string& column : columns) {
      const Series* best = row.best(column);
      out += cell(best && best->peak_memory > 0 ? fmt::format("{:.0f}", best->peak_memory) : "-");
    }
  }

  out += "\n\nEvery setting, median of seconds (the best one is in the table above):\n";
  for (const Measured& row : rows) {
    std::vector<std::string> all;
    for (const Series& one : row.series) {
      if (!one.setting.empty())
        all.push_back(fmt::format("{} ({}) {:.4f}", one.name, one.setting, one.median()));
    }
    out += fmt::format("{:<4}{}\n", row.work.name, fmt::join(all, "; "));
  }
  if (!remarks.empty()) out += fmt::format("\n{}\n", fmt::join(remarks, "\n"));
  return out;
}

nlohmann::ordered_json Report::json() const {
  nlohmann::ordered_json all{{"schema", 1}, {"machine", machine}, {"remarks", remarks}};
  all["workloads"] = nlohmann::ordered_json::array();
  for (const Measured& row : rows) {
    nlohmann::ordered_json one{{"name", row.work.name}, {"description", row.work.description()}};
    for (const Series& series : row.series) {
      nlohmann::ordered_json side{{"side", series.name},
                                  {"setting", series.setting},
                                  {"median", series.median()},
                                  {"least", series.least()},
                                  {"seconds", series.seconds},
                                  {"wall", series.wall},
                                  {"peak_memory_mb", series.peak_memory}};
      if (with_loss(series.name)) {
        side["first_loss"] = series.first_loss;
        side["last_loss"] = series.last_loss;
      }
      one["sides"].push_back(side);
    }
    const Series* tracer = row.best("tracer");
    for (const std::string& column : columns) {
      const Series* best = row.best(column);
      if (tracer && best && column != "tracer")
        one["times_tracer"][column] = best->median() / tracer->median();
    }
    all["workloads"].push_back(one);
  }
  return all;
}

std::vector<std::string> disagreements(const Measured& row) {
  std::vector<std::string> found;
  const Series* reference = nullptr;
  const double allowed = row.work.dropout.empty() ? 0.02 : 0.2;
  for (const Series& one : row.series) {
    if (!with_loss(one.name)) continue;
    if (!reference) reference = &one;
    const double off = std::abs(one.first_loss / reference->first_loss - 1);
    if (!(off <= allowed)) {  // NaN is a disagreement too
      found.push_back(fmt::format(
          "{}: not comparable: {} ({}) has a mean loss of {:.4f} in the first turn, {} of {:.4f}",
          row.work.name, one.name, one.setting, one.first_loss, reference->name,
          reference->first_loss));
    }
  }
  return found;
}

}  // namespace tracer::bench
