// See gnuplot.hpp.
#include "tracer/view/gnuplot.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/canvas.hpp"

extern char** environ;

namespace tracer {
namespace {

namespace fs = std::filesystem;

constexpr int not_found = 127;  // what a child ends with that could not be started

/// Runs `gnuplot ARGUMENT`, what it says on standard error going to `errors`, and returns its exit
/// status. Not through a shell: a folder may be named anything.
int run_gnuplot(const std::string& argument, const std::string& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string program = "gnuplot";
  std::string copy = argument;
  char* arguments[] = {program.data(), copy.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT || failed == EACCES) return not_found;
  if (failed != 0) throw Error(fmt::format("gnuplot cannot be started: {}", std::strerror(failed)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw Error(fmt::format("gnuplot cannot be waited for: {}", std::strerror(errno)));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void throw_not_installed() {
  throw Error("gnuplot is not installed: apt-get install gnuplot-nox; or leave --plot out");
}

/// A folder of our own inside another one, removed with all that is in it.
class Aside {
 public:
  explicit Aside(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
      throw Error(fmt::format("{}: the folder for plots cannot be made: {}", folder.string(),
                              error.message()));
    std::string name = (folder / ".plot-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Error(fmt::format("{}: plots cannot be written there: {}", folder.string(),
                              std::strerror(errno)));
    path = name;
  }
  ~Aside() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  fs::path path;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    throw Error(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
}

std::string first_line_of_error(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  // gnuplot shows the line of the script and a ^ under it, then says what is wrong.
  std::string last;
  while (std::getline(file, line))
    if (line.find_first_not_of(" ^\t\r") != std::string::npos) last = line;
  return last.empty() ? "it does not say why" : last;
}

/// In gnuplot's single quotes, where only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

void require_gnuplot() {
  if (run_gnuplot("--version", "/dev/null") == not_found) throw_not_installed();
}

Plots::Files Plots::draw(const std::string& name, const std::string& data,
                         const std::string& script, int width, int height) const {
  const Aside aside(folder_);
  write(aside.path / "data", data);
  const auto plot_to = [&](const std::string& terminal, const std::string& extension) {
    return fmt::format("set terminal {}\nset output {}\n{}\nset output\n", terminal,
                       quoted((aside.path / (name + extension)).string()), script);
  };
  // standalone: pictures inside the file, not beside it. noenhanced: names are names, _ and ^ too.
  const std::string whole =
      "set encoding utf8\ndata = " + quoted((aside.path / "data").string()) + "\n" +
      plot_to(fmt::format("svg noenhanced standalone size {},{} font 'DejaVu Sans,Helvetica,13' "
                          "background '#ffffff'",
                          width, height),
              ".svg") +
      "reset\n" +
      // Drawn at twice the size, or letters on a screen of many dots an inch are blurred.
      plot_to(fmt::format("pngcairo noenhanced size {},{} font 'DejaVu Sans,13' fontscale 2 "
                          "linewidth 2 pointscale 2 background '#ffffff'",
                          2 * width, 2 * height),
              ".png");
  write(aside.path / "script", whole);

  const fs::path errors = aside.path / "errors";
  const int status = run_gnuplot((aside.path / "script").string(), errors.string());
  if (status == not_found) throw_not_installed();
  Files files;
  for (const char* extension : {".svg", ".png"}) {
    const fs::path made = aside.path / (name + extension);
    std::error_code error;
    const auto size = fs::file_size(made, error);
    if (status != 0 || error || size == 0)
      throw Error(fmt::format("gnuplot made no {}{} (exit status {}): {}", name, extension, status,
                              first_line_of_error(errors)));
    files.push_back(folder_ / (name + extension));
  }
  for (const fs::path& file : files) {
    std::error_code error;
    fs::rename(aside.path / file.filename(), file, error);
    if (error)
      throw Error(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
  }
  return files;
}

// What gnuplot is told: a script and a block of data for each kind of picture. See gnuplot.hpp.

namespace {

const Style page{};  // unicode, for names

std::string title(const std::string& name) { return quoted(clean(name, page)); }

std::string number(double x) { return fits_axis(x) ? fmt::format("{:.9g}", x) : "NaN"; }

/// Thin grey axes at the left and below, faint lines across.
const std::string plain_axes =
    "set border 3 linecolor '#808080'\n"
    "set tics nomirror out scale 0.5 textcolor '#404040'\n"
    "set grid linetype 1 linecolor '#e4e4e4' linewidth 0.7\n";

/// A colour `share` of the way from one to the other, channel by channel.
unsigned blend(unsigned from, unsigned to, double share) {
  unsigned out = 0;
  for (const int shift : {16, 8, 0}) {
    const double a = (from >> shift) & 0xFF;
    const double b = (to >> shift) & 0xFF;
    out |= static_cast<unsigned>(std::lround(a + (b - a) * share)) << shift;
  }
  return out;
}

struct Curve {
  const char* name;
  std::optional<double> (*value)(const EpochRecord&);
};

}  // namespace

Plots::Files Plots::curves(const std::vector<PlotRun>& runs) const {
  static constexpr Curve loss[] = {
      {"training", [](const EpochRecord& r) { return std::optional<double>(r.loss); }},
      {"validation", [](const EpochRecord& r) { return r.validation_loss; }}};
  static constexpr Curve accuracy[] = {
      {"training", [](const EpochRecord& r) { return r.accuracy; }},
      {"validation", [](const EpochRecord& r) { return r.validation_accuracy; }}};
  std::string data;
  int blocks = 0;
  std::size_t epochs = 1;
  for (const PlotRun& run : runs) epochs = std::max(epochs, run.history.size());
  const bool alone = runs.size() == 1;
  constexpr std::size_t few = 30;  // epochs: then each gets its dot

  const auto chart = [&](const char* heading, const auto& kinds, double scale) -> std::string {
    std::string plots;
    double low = INFINITY;
    double high = -INFINITY;
    for (std::size_t i = 0; i < runs.size(); ++i)
      for (const Curve& curve : kinds) {
        std::string block;
        bool there = false;
        for (const EpochRecord& record : runs[i].history) {
          const double value = curve.value(record).value_or(NAN) * scale;
          block += fmt::format("{} {}\n", record.epoch, number(value));
          if (!fits_axis(value)) continue;
          there = true;
          low = std::min(low, value);
          high = std::max(high, value);
        }
        if (!there) continue;
        data += block + "\n\n";
        // One run: a colour for each curve. Several: one for each run, validation dashed.
        const bool second = &curve != std::begin(kinds);
        const std::size_t colour = alone ? (second ? 1 : 0) : i;
        plots += fmt::format(
            "{}data index {} using 1:2 with {} linewidth 2 dashtype {} linecolor rgb '#{:06x}' "
            "title {}",
            plots.empty() ? "plot " : ", \\\n  ", blocks++,
            epochs <= few && (alone || !second) ? "linespoints pointtype 7 pointsize 0.45"
                                                : "lines",
            alone || !second ? "1" : "(8,5)", class_rgb(colour),
            title(alone ? curve.name : runs[i].name + ", " + curve.name));
      }
    if (plots.empty()) return "";
    const Axis y = make_axis(low, high, 8);
    return fmt::format("set title '{}' textcolor '#202020'\nset yrange [{}:{}]\nset ytics {}\n",
                       heading, number(y.low), number(y.high), number(y.step)) +
           plots + "\n";
  };
  const std::string loss_chart = chart("loss", loss, 1);
  const std::string accuracy_chart = chart("accuracy, %", accuracy, 100);
  const bool both = !loss_chart.empty() && !accuracy_chart.empty();
  if (loss_chart.empty() && accuracy_chart.empty()) return {};

  std::string tics;
  for (const int tick : count_ticks(static_cast<int>(epochs), 10))
    tics += (tics.empty() ? "" : ", ") + std::to_string(tick);
  // Many runs get their key under the pictures, where it covers nothing.
  const bool crowded = runs.size() > 3;
  std::string script = plain_axes + "set xlabel 'epoch' textcolor '#404040'\n" +
                       fmt::format("set xrange [{}:{}]\nset xtics ({})\n", epochs == 1 ? 0 : 1,
                                   epochs == 1 ? 2 : epochs, tics) +
                       "set key noenhanced textcolor '#404040' samplen 2 spacing 1.1\n";
  if (both)
    script += crowded ? "set multiplot layout 1,2\n"
                      : "set multiplot layout 1,2 margins 0.06,0.98,0.16,0.9 spacing 0.08\n";
  script += crowded ? "set key below\n" : "set key top right\n";
  script += loss_chart;
  if (!crowded) script += "set key bottom right\n";
  script += accuracy_chart;
  if (both) script += "unset multiplot\n";
  const int key_lines = crowded ? static_cast<int>(runs.size()) : 0;
  return draw("curves", data, script, both ? 1200 : 700, 450 + 14 * std::min(key_lines, 40));
}

Plots::Files Plots::ranking(const Ranking& ranking, const std::vector<std::string>& classes) const {
  constexpr std::size_t most = 20;  // colours and lines of a key that are told apart
  if (ranking.classes.empty() || ranking.classes.size() > most) return {};
  std::string data;
  int blocks = 0;
  // Two columns of numbers, from 0 to 1.
  const auto block = [&](const std::vector<double>& x, const std::vector<double>& y) {
    for (std::size_t k = 0; k < x.size(); ++k)
      data += fmt::format("{} {}\n", number(x[k]), number(y[k]));
    data += "\n\n";
    return blocks++;
  };
  const auto chart = [](const char* heading, const char* x, const char* y,
                        const std::string& plots) {
    return fmt::format(
        "set title '{}' textcolor '#202020'\nset xlabel '{}' textcolor '#404040'\n"
        "set ylabel '{}' textcolor '#404040'\n{}\n",
        heading, x, y, plots);
  };
  std::string precision;
  std::string roc;
  for (std::size_t c = 0; c < ranking.classes.size(); ++c) {
    const ClassRanking& of = ranking.classes[c];
    const std::string name = c < classes.size() ? classes[c] : std::to_string(c);
    const unsigned colour = class_rgb(c);
    // From recall 0 on: the precision of a threshold holds down to the next smaller recall.
    std::vector<double> recalls(of.precision_recall.recall.rbegin(),
                                of.precision_recall.recall.rend());
    std::vector<double> precisions(of.precision_recall.precision.rbegin(),
                                   of.precision_recall.precision.rend());
    precision += fmt::format(
        "{}data index {} using 1:2 with fsteps linewidth 2 linecolor rgb "
        "'#{:06x}' title {}",
        precision.empty() ? "plot " : ", \\\n  ", block(recalls, precisions), colour,
        title(fmt::format("{}, AP {:.3f}", name, of.average_precision)));
    precision +=
        fmt::format(", \\\n  {:.6f} with lines dashtype (2,6) linecolor rgb '#{:06x}' notitle",
                    of.prevalence, colour);
    roc += fmt::format(
        "{}data index {} using 1:2 with lines linewidth 2 linecolor rgb '#{:06x}' "
        "title {}",
        roc.empty() ? "plot x with lines dashtype (2,6) linecolor rgb '#a0a0a0' "
                      "notitle, \\\n  "
                    : ", \\\n  ",
        block(of.roc.fpr, of.roc.tpr), colour,
        title(fmt::format("{}, area {:.3f}", name, of.roc_auc)));
  }
  std::vector<double> said;
  std::vector<double> right;
  for (const CalibrationBin& bin : ranking.bins) {
    if (bin.count == 0) continue;
    said.push_back(bin.probability);
    right.push_back(bin.right);
  }
  std::string script = plain_axes +
                       "set xrange [0:1]\nset yrange [0:1.02]\n"
                       "set key bottom left noenhanced textcolor '#404040' samplen 1.5\n" +
                       fmt::format("set multiplot layout 1,{}\n", said.empty() ? 2 : 3);
  script += chart("precision and recall", "recall", "precision", precision);
  script += "set key bottom right\n";
  script += chart("ROC", "share of the others taken for it", "share of the class found", roc);
  if (!said.empty()) {
    script +=
        chart("calibration", "probability of what is predicted", "share that is right",
              fmt::format("plot x with lines dashtype (2,6) linecolor rgb '#a0a0a0' notitle, "
                          "\\\n  data index {} using 1:2 with linespoints pointtype 7 linewidth "
                          "2 linecolor rgb '#{:06x}' notitle",
                          block(said, right), class_rgb(0)));
  }
  script += "unset multiplot\n";
  return draw("ranking", data, script, said.empty() ? 1000 : 1500, 500);
}

namespace {

// The points of each class that has some, a block each, and what plots them: blocks count from `first`.
struct ClassBlocks {
  std::string data, plots;
};
ClassBlocks class_blocks(const PointSet& set, int first, double size) {
  ClassBlocks made;
  int block_number = first;
  std::size_t classes = 1;
  for (int i = 0; i < set.count(); ++i) classes = std::max(classes, set.label(i) + 1);
  for (std::size_t c = 0; c < classes; ++c) {
    std::string block;
    for (int i = 0; i < set.count(); ++i)
      if (set.is_finite(i) && set.label(i) == c)
        block += fmt::format("{:.6g} {:.6g}\n", set.points(0, i), set.points(1, i));
    if (block.empty()) continue;
    made.data += block + "\n\n";
    const std::string name = c < set.classes.size() ? set.classes[c] : std::to_string(c);
    const std::string key =
        set.labels.empty() && set.classes.empty() ? "notitle" : "title " + title(name);
    // A white rim keeps dots apart from the ground and from one another.
    made.plots += fmt::format(
        "{0}data index {1} with points pointtype 7 pointsize {2} linecolor rgb 'white' notitle, "
        "\\\n  data index {1} with points pointtype 7 pointsize {3} linecolor rgb '#{4:06x}' {5}",
        made.plots.empty() ? "" : ", \\\n  ", block_number++, size + 0.25, size, class_rgb(c), key);
  }
  return made;
}

}  // namespace

Plots::Files Plots::points(const PointSet& set, const std::string& heading) const {
  check_points(set);
  const auto area = area_of(set);
  if (!area) return {};
  constexpr int many = 1000;
  const ClassBlocks dots = class_blocks(set, 0, set.count() > many ? 0.25 : 0.5);
  const std::string script =
      plain_axes + "unset grid\nset size ratio -1\n" +
      fmt::format("set title {} textcolor '#202020'\n", title(heading)) +
      fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", number(area->x.low),
                  number(area->x.high), number(area->y.low), number(area->y.high)) +
      fmt::format("set xlabel {} textcolor '#404040'\nset ylabel {} textcolor '#404040'\n",
                  title(set.x_name), title(set.y_name)) +
      "set key outside right top Left reverse samplen 0.5 textcolor '#404040'\nplot " + dots.plots +
      "\n";
  return draw("embedding", dots.data, script, 800, 700);
}

Plots::Files Plots::boundary(const PointSet& set, const Predictor& predict, Says says) const {
  check_points(set);
  const auto area = area_of(set);
  if (!area) return {};
  constexpr int fields = 241;  // across and down
  const std::vector<double> said = predictions(predict, grid(*area, fields, fields));
  std::string data;
  const double width = area->x.high - area->x.low;
  const double height = area->y.high - area->y.low;
  const auto x_of = [&](int i) { return area->x.low + (i + 0.5) / fields * width; };
  const auto y_of = [&](int j) { return area->y.high - (j + 0.5) / fields * height; };
  // Block 0: the ground, as x y red green blue.
  for (int j = 0; j < fields; ++j)
    for (int i = 0; i < fields; ++i) {
      const double value = said[static_cast<std::size_t>(j * fields + i)];
      constexpr unsigned white = 0xffffff;
      unsigned colour = white;
      if (std::isfinite(value) && value >= 0) {
        const bool classes = says == Says::classes;
        const auto side = classes ? static_cast<std::size_t>(value + 0.5) : value < 0.5 ? 0u : 1u;
        const double strength =
            classes ? 0.35 : 0.10 + 0.40 * std::min(std::fabs(value - 0.5) * 2, 1.0);
        colour = blend(white, class_rgb(side), strength);
      }
      data += fmt::format("{:.6g} {:.6g} {} {} {}\n", x_of(i), y_of(j), colour >> 16,
                          (colour >> 8) & 0xFF, colour & 0xFF);
    }
  const ClassBlocks dots = class_blocks(set, 1, 0.6);
  const std::string script =
      plain_axes + "unset grid\n" +
      fmt::format("set xrange [{}:{}]\nset yrange [{}:{}]\n", number(area->x.low),
                  number(area->x.high), number(area->y.low), number(area->y.high)) +
      fmt::format("set xlabel {} textcolor '#404040'\nset ylabel {} textcolor '#404040'\n",
                  title(set.x_name), title(set.y_name)) +
      "set key outside right top Left reverse samplen 0.5 textcolor '#404040'\nset tics front\n" +
      "plot data index 0 with rgbimage notitle, \\\n  " + dots.plots + "\n";
  return draw("boundary", data + "\n\n" + dots.data, script, 700, 560);
}

Plots::Files Plots::confusion(const Metrics& metrics) const {
  const std::size_t n = metrics.confusion.size();
  if (n == 0) return {};
  std::string data;
  const auto name = [&](std::size_t i) {
    return title(i < metrics.classes.size() ? fit(metrics.classes[i], 24, page)
                                            : std::to_string(i));
  };
  std::string tics;
  constexpr std::size_t most_names = 40;  // more would lie on one another
  const std::size_t every = (n + most_names - 1) / most_names;
  for (std::size_t i = 0; i < n; ++i) {
    double sum = 0;
    for (const int count : metrics.confusion[i]) sum += count;
    for (std::size_t j = 0; j < n; ++j) {
      const int count = metrics.confusion[i][j];
      data += fmt::format("{} {} {} {}\n", j, i, number(sum > 0 ? count / sum : 0), count);
    }
    if (i % every == 0) tics += fmt::format("{}{} {}", i == 0 ? "" : ", ", name(i), i);
  }
  constexpr std::size_t most_counts = 30;  // more do not fit their cells
  const std::string counts =
      n <= most_counts
          ? ", \\\n  data using 1:2:(sprintf('%d', int($4))):($3 > 0.55 ? 0xffffff : 0x303030) "
            "with labels textcolor rgb variable notitle"
          : "";
  std::size_t longest = 0;
  for (const std::string& c : metrics.classes)
    longest = std::max(longest, std::min<std::size_t>(c.size(), 24));
  const std::string script =
      fmt::format("set xrange [-0.5:{0}]\nset yrange [{0}:-0.5]\n",
                  number(static_cast<double>(n) - 0.5)) +
      "set cbrange [0:1]\nset palette defined (0 '#ffffff', 0.05 '#deebf7', 0.25 '#b5d1e9', 0.6 "
      "'#4292c6', 1 "
      "'#08306b')\n"
      "set border 0\nset colorbox noborder\nset cbtics scale 0 textcolor '#404040'\nset tics scale "
      "0 textcolor "
      "'#404040'\n"
      "set cblabel 'share of the true class' textcolor '#404040'\n"
      "set xlabel 'predicted' textcolor '#404040'\nset ylabel 'true' textcolor '#404040'\n"
      "set size ratio 1\n" +
      fmt::format("set xtics {} ({})\nset ytics ({})\n", longest > 3 ? "rotate by 45 right" : "",
                  tics, tics) +
      "plot data using 1:2:3 with image pixels notitle" + counts + "\n";
  const int side = std::clamp(static_cast<int>(n) * 55, 300, 1100);
  return draw("confusion", data, script, side + 220, side + 80);
}

}  // namespace tracer
