//! Puts the files of the console where `src/lib.rs` embeds them: `$OUT_DIR/ui`.
//!
//! `PERENNIAL_CONSOLE` decides how:
//! - `auto` (nothing set): a release build runs npm when npm is there, a debug build never does. Without npm,
//!   `console/dist` is taken when somebody built it, else a page that says how to build the console.
//! - `build`: npm must run and succeed. Continuous integration, `make demo` and releases use this.
//! - `skip`: always the page that says how to build.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What a build of the console reads. Paths below `console/`.
const SOURCES: [&str; 8] =
    ["src", "public", "build", "index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=placeholder.html");
    println!("cargo:rerun-if-env-changed=PERENNIAL_CONSOLE");

    let ui = PathBuf::from(variable("OUT_DIR")).join("ui");
    let console = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("../../console");
    let mode = env::var("PERENNIAL_CONSOLE").unwrap_or_else(|_| String::from("auto"));
    let built = match mode.as_str() {
        "skip" => false,
        "build" => {
            watch_sources(&console);
            if let Err(reason) = build_with_npm(&console, &ui) {
                fail(&format!("PERENNIAL_CONSOLE=build, and the console cannot be built: {reason}"));
            }
            true
        }
        "auto" | "" => auto(&console, &ui),
        other => fail(&format!("PERENNIAL_CONSOLE={other}: auto, build and skip are possible")),
    };
    if !built {
        write_placeholder(&ui).unwrap_or_else(|error| fail(&format!("cannot write the placeholder page: {error}")));
    }
    println!("cargo:rustc-env=PERENNIAL_CONSOLE_STATE={}", if built { "built" } else { "placeholder" });
}

fn auto(console: &Path, ui: &Path) -> bool {
    let release = variable("PROFILE") == "release";
    if release && console.join("package.json").is_file() && npm_runs() {
        watch_sources(console);
        match build_with_npm(console, ui) {
            Ok(()) => return true,
            Err(reason) => println!("cargo:warning=the console is not in this binary: {reason}"),
        }
        return false;
    }
    let dist = console.join("dist");
    watch_dist(console, &dist);
    if dist.join("index.html").is_file() {
        match copy_fresh(&dist, ui) {
            Ok(()) => return true,
            Err(error) => println!("cargo:warning=cannot copy {}: {error}", dist.display()),
        }
    }
    if release {
        println!("cargo:warning=the console is not in this binary: install Node.js with npm and build again");
    }
    false
}

fn watch_sources(console: &Path) {
    for source in SOURCES {
        let path = console.join(source);
        // A watched path that does not exist would make every build dirty.
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
}

/// Watches the folder of a build made by hand. It is created empty when missing, and dated back, since cargo
/// runs this script again for a path that is missing or younger than the last run.
fn watch_dist(console: &Path, dist: &Path) {
    if !console.is_dir() {
        return;
    }
    if !dist.exists() && fs::create_dir(dist).is_ok() {
        let dated = fs::File::open(dist).and_then(|folder| folder.set_modified(SystemTime::UNIX_EPOCH));
        if let Err(error) = dated {
            println!("cargo:warning=cannot date {}: {error}", dist.display());
        }
    }
    if dist.exists() {
        println!("cargo:rerun-if-changed={}", dist.display());
    }
}

fn npm_runs() -> bool {
    Command::new(npm()).arg("--version").output().is_ok_and(|output| output.status.success())
}

fn npm() -> &'static str {
    if cfg!(windows) { "npm.cmd" } else { "npm" }
}

fn build_with_npm(console: &Path, ui: &Path) -> Result<(), String> {
    if !console.join("package.json").is_file() {
        return Err(format!("there is no {}", console.join("package.json").display()));
    }
    if modules_are_stale(console) {
        // --include=dev: the tools that build are development dependencies, also when NODE_ENV says production.
        run_npm(console, &["ci", "--include=dev", "--no-audit", "--no-fund"])?;
    }
    let folder = ui.to_str().ok_or_else(|| format!("{} is not valid UTF-8", ui.display()))?;
    run_npm(console, &["run", "build", "--", "--outDir", folder, "--emptyOutDir"])?;
    if !ui.join("index.html").is_file() {
        return Err(String::from("npm run build succeeded and wrote no index.html"));
    }
    remove_if_there(&ui.join(".vite")).map_err(|error| error.to_string())
}

/// True when the lock file is younger than what npm installed last, or nothing is installed.
fn modules_are_stale(console: &Path) -> bool {
    let changed = |path: &Path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let lock = changed(&console.join("package-lock.json"));
    let installed = changed(&console.join("node_modules/.package-lock.json"));
    match (lock, installed) {
        (Ok(lock), Ok(installed)) => lock > installed,
        _ => true,
    }
}

fn run_npm(console: &Path, arguments: &[&str]) -> Result<(), String> {
    let text = format!("npm {}", arguments.join(" "));
    let output = Command::new(npm()).args(arguments).current_dir(console).output();
    let output = output.map_err(|error| format!("{text}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    // Cargo shows the standard error of a script that fails; the last lines of npm say what is wrong.
    eprintln!("{}", String::from_utf8_lossy(&output.stdout));
    eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    Err(format!("{text}: {}", output.status))
}

fn copy_fresh(from: &Path, to: &Path) -> io::Result<()> {
    remove_if_there(to)?;
    copy_folder(from, to)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        // Tools keep their own notes in dot files (.vite/manifest.json); a browser has no use for them.
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

fn write_placeholder(ui: &Path) -> io::Result<()> {
    remove_if_there(ui)?;
    fs::create_dir_all(ui)?;
    fs::copy("placeholder.html", ui.join("index.html"))?;
    Ok(())
}

fn remove_if_there(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| fail(&format!("cargo did not set {name}")))
}

fn fail(text: &str) -> ! {
    eprintln!("console-assets: {text}");
    std::process::exit(1)
}
