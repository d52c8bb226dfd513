// See epoch_line.hpp.
#include "tracer/view/epoch_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tracer/text/cells.hpp"
#include "tracer/text/short_numbers.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

constexpr int star_colour = 35;

struct Piece {
  std::string text;  // all parts of a run's lines are as wide as one another, so they stand in
                     // columns
  int importance;    // the least important goes first
  bool shown = true;
};

std::string loss_text(const char* name, double loss) {
  return fmt::format("{} {:>6}", name, short_number(loss));
}

std::string share_text(const char* name, double share) {
  return fmt::format("{} {:>7}", name, percent(share));
}

std::string joined(const std::vector<Piece>& parts, const char* gap) {
  std::string line;
  for (const Piece& part : parts)
    if (part.shown) line += (line.empty() ? "" : gap) + part.text;
  return line;
}

std::string seconds_text(double seconds) {
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  return fmt::format("{:>6}", clock_time(seconds));
}

}  // namespace

std::string epoch_line(const EpochRecord& record, int epochs, const EpochRecord* before,
                       const Style& style) {
  const int digits = static_cast<int>(std::to_string(std::max(epochs, record.epoch)).size());
  std::vector<Piece> parts;
  parts.push_back({fmt::format("epoch {:>{}}/{}", record.epoch, digits, epochs), 9});
  parts.push_back({loss_text("loss", record.loss), record.validation_loss ? 4 : 8});
  if (record.accuracy)
    parts.push_back({share_text("accuracy", *record.accuracy), record.validation_accuracy ? 3 : 7});
  if (record.validation_loss) parts.push_back({loss_text("val loss", *record.validation_loss), 8});
  if (record.validation_accuracy)
    parts.push_back({share_text("val accuracy", *record.validation_accuracy), 7});
  if (record.validation_f1)
    parts.push_back({fmt::format("val F1 {:.4f}", *record.validation_f1), 2});
  parts.push_back({seconds_text(record.seconds), 2});

  std::string rate;
  if (before != nullptr && before->lr != record.lr) rate = fmt::format("  lr {:.3g}", record.lr);
  if (record.cut) rate += "  interrupted";

  // The columns are chosen without the rate: it comes and goes, and they should stay.
  constexpr int star = 3;
  const int room = usable_width(style) - star;
  const char* gap = "   ";
  for (int importance = 0; importance < 9; ++importance) {
    if (display_width(joined(parts, gap)) <= room) break;
    gap = "  ";
    if (display_width(joined(parts, gap)) <= room) break;
    for (Piece& part : parts)
      if (part.importance == importance) part.shown = false;
  }
  std::string line = fit(joined(parts, gap), room, style);
  const bool rate_fits = display_width(line) + star + display_width(rate) <= usable_width(style);
  if (record.best)
    line += "  " + coloured("*", star_colour, style);
  else if (rate_fits && !rate.empty())
    line += "   ";
  if (rate_fits) line += rate;
  return line;
}

}  // namespace tracer
