// The workbench of `tracer serve`: every request to its answer. What a request may be stands in
// guard.hpp, what of the disk it reaches in folder.hpp, what is computed in runner.hpp; the page itself
// is page.hpp, and socket.hpp brings the requests.
//
//   GET  /?token=T          the address that is printed: a cookie for the token, once
//   GET  /                  the page; /style.css and /script.js are its own
//   GET  /page/17           what a computation has made; ?download=NAME to be saved
//   POST /derive /graph     {"page", "number", "lesson", "name", "set": {"w1": "0.5"}}, and
//   POST /check /mark       "claimed": {"name", "base64"}, "step"; "answers", "round", "hint"
//   POST /soon              {"name"}: a derivation will be asked for in a moment
//   POST /train             the same; then /train/news and /train/stop with {"page"}
//   POST /lessons           {}: what there is; /open {"from", "name"}; /save {"name", "text", "seen",
//                           "over"}: "seen" is what the page knows to stand there
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "tracer/serve/folder.hpp"
#include "tracer/serve/jobs.hpp"
#include "tracer/serve/pages.hpp"
#include "tracer/serve/request.hpp"
#include "tracer/serve/runner.hpp"
#include "tracer/serve/session.hpp"
#include "tracer/serve/trainings.hpp"

namespace tracer::serve {

/// A lesson that comes with the program.
struct Shipped {
  std::string name, title;
  std::filesystem::path path;
};

/// What a computation may take. Tests take less.
struct Patience {
  std::chrono::seconds computation{20}, training{1800}, silence{180};
};

class Workbench {
 public:
  Workbench(const Folder& folder, std::vector<Shipped> shipped, int port, Runner& runner,
            Patience = {});

  /// The address that lets a browser in, once.
  std::string address() const;
  /// Of any thread. Throws nothing.
  Response respond(const Request&);
  /// Ends what is still computed; after it nothing can be started.
  void end();

 private:
  struct Asked;  // the JSON of a POST

  Response answer(const Request&);
  Response get(const Request&);
  Response enter(const Request&);
  Response page_at(const Request&);
  Response compute(const Asked&, const std::string& command);
  Response prepare(const Asked&);
  Response train(const Asked&);
  Response news(const Asked&);
  Response lessons();
  Response open(const Asked&);
  Response save(const Asked&);
  Task task_of(const Asked&, std::vector<std::string> arguments) const;
  Task page_task(const Asked&, std::vector<std::string> arguments) const;

  const Folder& folder_;
  std::vector<Shipped> shipped_;
  int port_;
  Session session_;
  Runner& runner_;
  Patience patience_;
  Jobs jobs_;
  Trainings trainings_;
  Pages pages_;
};

}  // namespace tracer::serve
