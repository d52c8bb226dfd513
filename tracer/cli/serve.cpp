// tracer serve: the workbench, a page in the browser of this machine. What it does: serve/.
#include <algorithm>
#include <memory>
#include <optional>

#include <fmt/format.h>
#include <spawn.h>
#include <unistd.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/serve/child.hpp"
#include "tracer/serve/socket.hpp"
#include "tracer/serve/workbench.hpp"
#include "tracer/text/markup.hpp"

namespace tracer::cli {
namespace {

struct ServeFlags {
  std::string folder = ".";
  std::optional<int> port;
  bool opens = false;
};

std::vector<serve::Shipped> shipped() {
  std::vector<serve::Shipped> all;
  for (const ShippedLesson& lesson : shipped_lessons())
    all.push_back({lesson.name, title_of(lesson), lesson.path});
  return all;
}

// In a browser, by a file that leads there: everybody may read a command line, and the key is in the
// address.
void open_in_browser(const std::string& address, const serve::PrivateFolder& folder) {
  const std::string page =
      folder
          .add("open.html",
               fmt::format("<!DOCTYPE html><meta charset=\"utf-8\"/><meta http-equiv=\"refresh\" "
                           "content=\"0;url={}\"/><title>tracer</title>",
                           html_escaped(address)))
          .string();
  std::string program = "xdg-open";
  std::string file = page;
  char* words[] = {program.data(), file.data(), nullptr};
  pid_t started = 0;
  if (posix_spawnp(&started, "xdg-open", nullptr, nullptr, words, environ) != 0)
    remark("no browser can be opened (xdg-open is not there): open the address yourself");
}

int run_serve(const ServeFlags& flags) {
  const serve::Folder folder(flags.folder);
  serve::Socket socket(flags.port);
  serve::ChildRunner runner;
  serve::Workbench workbench(folder, shipped(), socket.port(), runner);
  print(
      fmt::format("The workbench is at\n\n  {}\n\n"
                  "good for one browser, on this machine. It reads and writes lessons below {}.\n"
                  "Ctrl-C ends it.\n",
                  workbench.address(), folder.path().string()));
  std::optional<serve::PrivateFolder> leading_there;
  if (flags.opens) open_in_browser(workbench.address(), leading_there.emplace());
  socket.serve([&](const serve::Request& request) { return workbench.respond(request); },
               [&] { workbench.end(); });
  return 0;
}

}  // namespace

Command serve_command() {
  const auto flags = std::make_shared<ServeFlags>();
  ServeFlags& to = *flags;
  return {
      "serve",
      "the workbench in the browser: write a lesson, see it worked out, check, mark, train",
      "Examples:\n"
      "  tracer serve\n"
      "  tracer serve ~/course --open\n"
      "For this machine alone (127.0.0.1); the address that is printed holds a key, good once.\n"
      "Lessons in the page read and write no file but below FOLDER. Ctrl-C ends it.",
      {{"[FOLDER]", &to.folder, "where your lessons are (default: here)"},
       {"--port", &to.port, "this port (default: the first free one from 8765 on)",
        Between{1, 65535, "N"}},
       {"--open", &to.opens, "open it in the browser"}},
      [flags] { return run_serve(*flags); }};
}

}  // namespace tracer::cli
