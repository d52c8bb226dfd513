// tracer data: which data sets there are and where; download. Next: data_show.cpp, data_make.cpp.
#include "tracer/cli/commands.hpp"

#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "datasets/download.hpp"
#include "datasets/generator.hpp"
#include "datasets/load.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/cli/sample_data.hpp"
#include "tracer/error.hpp"
#include "tracer/json_text.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/view/progress.hpp"

namespace tracer::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::array<const CatalogueFile*, 4> files_of(const ImageSet& set) {
  return {&set.train_images, &set.train_labels, &set.test_images, &set.test_labels};
}

struct Found {
  fs::path folder;  // empty: some file is missing
  std::uintmax_t bytes = 0;
};

Found find(const ImageSet& set) {
  Found found;
  for (const CatalogueFile* file : files_of(set)) {
    const auto path = find_image_file(set, *file);
    if (!path) return {};
    std::error_code none;
    const auto size = fs::file_size(*path, none);
    found.bytes += none ? 0 : size;
    found.folder = path->parent_path();
  }
  return found;
}

std::string megabytes(double bytes) { return fmt::format("{:.1f} MB", bytes / 1e6); }

int list(const Output& output) {
  TableBlock table{{{"name"}, {"what it is"}, {"samples", true}, {"size", true}}, {}};
  Json json{{"schema", 1}, {"sets", Json::array()}};
  std::vector<std::string> places;
  for (const ImageSet& set : image_sets()) {
    const Found found = find(set);
    const bool there = !found.folder.empty();
    const std::string name(set.name);
    table.rows.push_back({name, std::string(set.about),
                          fmt::format("{} + {}", grouped(set.train_count), grouped(set.test_count)),
                          there ? megabytes(static_cast<double>(found.bytes)) : "not here"});
    places.push_back(there ? fmt::format("{} is in {}", name, found.folder.string())
                           : fmt::format("to have {}: tracer data download {}", name, name));
    Json one{{"name", name}, {"title", set.title}, {"about", set.about}, {"kind", "images"}};
    one["train"] = set.train_count;
    one["test"] = set.test_count;
    one["classes"] = std::vector<std::string>(set.classes.begin(), set.classes.end());
    one["folder"] = there ? Json(found.folder.string()) : Json();
    json["sets"].push_back(std::move(one));
  }
  for (const Generator& generator : generators()) {
    table.rows.push_back(
        {std::string(generator.name), std::string(generator.about), "any number", "made"});
    json["sets"].push_back(
        {{"name", generator.name}, {"about", generator.about}, {"kind", "generator"}});
  }
  if (output.chosen() == "json") {
    print(json_text(json, 2) + "\n");
    return 0;
  }
  places.emplace_back(
      "see one: tracer data show NAME      train on one: tracer train --layers 2,8,1 --data "
      "circles");
  Document page{{std::move(table)}};
  for (const std::string& text : places)
    page.push_back({Paragraph{{text}, Paragraph::never}, &text == &places[0]});
  output.write(page);
  return 0;
}

struct Download {
  std::string set;
  std::string to;
  std::vector<std::string> mirrors;
  bool quiet = false;
};

DownloadOptions download_options(const Download& wanted) {
  DownloadOptions options;
  for (const std::string& mirror : wanted.mirrors)
    options.mirrors.push_back(mirror.ends_with("/") ? mirror : mirror + "/");
  const bool draws = progress_wanted() && !wanted.quiet;
  if (draws) {
    options.progress = [](const DownloadProgress& progress) {
      const Style style = error_style("auto");
      const auto done = static_cast<double>(progress.done);
      const auto total = static_cast<double>(progress.total);
      std::string line = fmt::format("{}  {}", progress.file, megabytes(done));
      if (progress.total > 0) {
        line = fmt::format("{}  {} {:3.0f}%  {} of {}", progress.file, bar(done / total, 24, style),
                           100 * done / total, megabytes(done), megabytes(total));
      }
      redraw("\r" + fit(line, usable_width(style) - 1, style) + "\x1b[K");
      return true;
    };
  }
  options.remark = [draws](const std::string& text) {
    if (draws) redraw("\r\x1b[K");
    remark(text);
  };
  return options;
}

int download(const Download& wanted) {
  std::vector<const ImageSet*> sets;
  if (wanted.set == "all") {
    for (const ImageSet& set : image_sets()) sets.push_back(&set);
  } else {
    sets.push_back(&image_set(wanted.set));
  }
  const DownloadOptions options = download_options(wanted);
  for (const ImageSet* set : sets) {
    const fs::path folder =
        wanted.to.empty() ? cache_folder(*set) : fs::path(wanted.to) / set->folder;
    int fetched = 0;
    try {
      fetched = download_images(*set, folder, options);
    } catch (const Error&) {
      if (options.progress) redraw("\r\x1b[K");
      throw;
    }
    if (options.progress) redraw("\r\x1b[K");
    print(fetched == 0 ? fmt::format("{}: all is there already: {}\n", set->title, folder.string())
                       : fmt::format("{}: {} file{} fetched and checked: {}\n", set->title, fetched,
                                     fetched == 1 ? "" : "s", folder.string()));
  }
  if (!wanted.to.empty()) {
    const char* given = std::getenv("TRACER_DATA");
    std::error_code none;
    if (given == nullptr || !fs::equivalent(given, wanted.to, none))
      remark(fmt::format("for lessons to find it: export TRACER_DATA={}",
                         fs::absolute(wanted.to, none).string()));
  }
  return 0;
}

}  // namespace

Command data_list() {
  const auto output = std::make_shared<Output>();
  return {"list",
          "the data sets there are, and where",
          "Example: tracer data list",
          {page_format_flag(*output, {"json"}), colour_flag(*output)},
          [output] { return list(*output); }};
}

Command data_download() {
  const auto options = std::make_shared<Download>();
  Download& to = *options;
  return {
      "download",
      "fetches an image set, checks it, and puts it where lessons look",
      "Examples:\n"
      "  tracer data download mnist\n"
      "  tracer data download all --to datasets\n"
      "What was interrupted is continued the next time.",
      {{"NAME", &to.set, "mnist, fashion_mnist, or all"},
       {"--to", &to.to, "a folder (default: the user's cache, $XDG_CACHE_HOME/tracer)"},
       {"--mirror", &to.mirrors,
        "the address of a folder that has the files, in place of the known ones", Anything{"URL"}},
       {"--quiet,-q", &to.quiet, "no progress bar"}},
      [options] { return download(*options); }};
}

Command data_command() {
  return {.name = "data",
          .says = "lists, draws, downloads and makes data sets",
          .footer =
              "Examples:\n"
              "  tracer data list\n"
              "  tracer data show mnist --n 5\n"
              "  tracer data download mnist\n"
              "  tracer data make moons --n 1000 --noise 0.1 --seed 7 -o moons.csv",
          .parts = {data_list(), data_show(), data_download(), data_make()}};
}

}  // namespace tracer::cli
