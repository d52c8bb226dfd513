// The bar of an epoch and the line that it leaves.
#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/progress.hpp"

using namespace tracer;

namespace {

Progress moment(int done, double seconds) {
  Progress p;
  p.epoch = 3;
  p.epochs = 10;
  p.samples_done = done;
  p.samples = 60000;
  p.loss = 0.2314;
  p.seconds = seconds;
  return p;
}

EpochRecord record() {
  EpochRecord r;
  r.epoch = 3;
  r.loss = 0.2314;
  r.accuracy = 0.9341;
  r.validation_loss = 0.1998;
  r.validation_accuracy = 0.9410;
  r.lr = 0.1;
  r.seconds = 0.13;
  r.best = true;
  return r;
}

}  // namespace

TEST_CASE("the bar takes the width that the terminal has now", "[view]") {
  ProgressBar bar({.width = 100});
  const auto columns = [](std::string line) {
    line = line.substr(1, line.size() - 4);  // without \r and the end of the line's \033[K
    return display_width(line);
  };
  CHECK(columns(bar.update(moment(30000, 0.9))) > 60);
  bar.take_width(50);
  CHECK(columns(bar.update(moment(36000, 1.9))) < 50);
}

TEST_CASE("the progress line shows share, rate, loss and time left", "[view]") {
  CHECK(progress_line(moment(36000, 0.9), {.width = 80}) ==
        "epoch  3/10 ━━━━━━━━━━━━────────  60%  40,000 samples/s  loss 0.2314  0:01 left");
  CHECK(
      progress_line(moment(36000, 0.9), {.width = 110}) ==
      "epoch  3/10 ━━━━━━━━━━━━━━━━━━────────────  60%  40,000 samples/s  loss 0.2314  0:01 left, "
      "0:12 to the end");
  Progress last = moment(36000, 0.9);
  last.epoch = last.epochs;
  CHECK(progress_line(last, {.width = 110}).ends_with("0:01 left"));
  Progress slower = moment(36000, 0.9);
  slower.epoch_before = 10;
  CHECK(progress_line(slower, {.width = 110}).ends_with("1:11 to the end"));
  CHECK(progress_line(moment(36000, 0.9), {.width = 60, .unicode = false}) ==
        "epoch  3/10 ==========........  60%  loss 0.2314  0:01 left");
}

TEST_CASE("the progress line stays one column short of the terminal, and starts without a rate",
          "[view]") {
  for (int width = 20; width <= 200; ++width)
    for (const int done : {0, 1, 30000, 60000})
      for (const double seconds : {0.0, 0.001, 5000.0})
        for (const bool colour : {false, true}) {
          CAPTURE(width, done, seconds, colour);
          const std::string line =
              progress_line(moment(done, seconds), {.colour = colour, .width = width});
          CHECK(display_width(line) < width);
          CHECK(has_escapes(line) == (colour && width >= 26));
        }
  CHECK(progress_line(moment(0, 0), {.width = 100}).find("samples/s") == std::string::npos);
  Progress empty;
  CHECK(progress_line(empty, {.width = 40}).find("  0%") != std::string::npos);
}

TEST_CASE("the bar is redrawn twenty times a second, and always at both ends of an epoch",
          "[view]") {
  ProgressBar bar({.width = 60});
  CHECK(bar.clear().empty());
  CHECK(bar.update(moment(100, 0.001)).substr(0, 9) == "\repoch  3");
  CHECK(bar.update(moment(200, 0.002)).empty());
  CHECK(bar.update(moment(300, 0.0505)).empty());
  const std::string later = bar.update(moment(400, 0.052));
  CHECK_FALSE(later.empty());
  CHECK(later.substr(later.size() - 3) == "\033[K");
  CHECK_FALSE(bar.update(moment(60000, 0.053)).empty());
  Progress next = moment(100, 0.001);  // the time starts anew
  next.epoch = 4;
  CHECK_FALSE(bar.update(next).empty());
  CHECK(bar.update(next).empty());
  CHECK(bar.clear() == "\r\033[K");
  CHECK(bar.clear().empty());
}

TEST_CASE("the line of an epoch says what the record has", "[view]") {
  const EpochRecord r = record();
  CHECK(epoch_line(r, 10, nullptr, {.width = 120}) ==
        "epoch  3/10   loss 0.2314   accuracy 93.41 %   val loss 0.1998   val accuracy 94.10 %   "
        "0.13 s  *");
  EpochRecord bare;
  bare.epoch = 12;
  bare.loss = 2.14e-5;
  bare.seconds = 75;
  CHECK(epoch_line(bare, 100, nullptr, {.width = 120}) == "epoch  12/100   loss 2.1e-5   75.0 s");
  bare.cut = true;
  CHECK(epoch_line(bare, 100, nullptr, {.width = 120}) ==
        "epoch  12/100   loss 2.1e-5   75.0 s     interrupted");
}

TEST_CASE("the learning rate is shown where it changes, and the other columns keep their places",
          "[view]") {
  const EpochRecord before = record();
  EpochRecord r = record();
  r.lr = 0.05;
  for (const int width : {60, 80, 100, 120}) {
    const Style style{.width = width};
    const std::string plain = epoch_line(before, 10, &before, style);
    const std::string changed = epoch_line(r, 10, &before, style);
    CAPTURE(width, plain, changed);
    CHECK(changed.substr(0, plain.size()) == plain);
    CHECK((width < 120 || changed.substr(plain.size()) == "  lr 0.05"));
  }
  r.best = false;
  CHECK(epoch_line(r, 10, &before, {.width = 120}) ==
        "epoch  3/10   loss 0.2314   accuracy 93.41 %   val loss 0.1998   val accuracy 94.10 %   "
        "0.13 s     lr 0.05");
}

TEST_CASE("no epoch line is wider than the terminal, and the validation stays longest", "[view]") {
  EpochRecord r = record();
  r.validation_f1 = 0.9397;
  const EpochRecord before;
  for (int width = 20; width <= 200; ++width)
    for (const bool colour : {false, true}) {
      const std::string line = epoch_line(r, 10000, &before, {.colour = colour, .width = width});
      CAPTURE(width, line);
      CHECK(display_width(line) <= width);
      CHECK(has_escapes(line) == colour);
    }
  CHECK(epoch_line(r, 10, nullptr, {.width = 44}) == "epoch  3/10  val loss 0.1998  *");
  CHECK(epoch_line(r, 10, nullptr, {.width = 60}) ==
        "epoch  3/10  val loss 0.1998  val accuracy 94.10 %  *");
}
