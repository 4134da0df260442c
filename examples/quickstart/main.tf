# A web server and something that asks it, on the Docker Engine of this machine.
#
#   docker pull busybox:1.36       (or: docker import, see README.md)
#   infra init
#   infra plan
#   infra apply
#   infra output url
#   infra destroy

variable "image" {
  description = "An image that the engine holds, with busybox in it"
  type        = string
  default     = "busybox:1.36"
}

variable "greeting" {
  description = "What the web server says"
  type        = string
  default     = "Hello from infra."
}

resource "docker_network" "quickstart" {
  name = "quickstart"
}

resource "docker_volume" "pages" {
  name = "quickstart-pages"
}

resource "docker_container" "web" {
  name    = "quickstart-web"
  image   = var.image
  command = ["busybox", "httpd", "-f", "-p", "8080", "-h", "/pages"]
  restart = "unless-stopped"
  memory  = 32
  init    = true

  networks_advanced {
    name    = docker_network.quickstart.name
    aliases = ["web"]
  }

  volumes {
    volume_name    = docker_volume.pages.name
    container_path = "/pages"
  }

  upload {
    file    = "/pages/index.html"
    content = "${var.greeting}\n"
  }

  ports {
    internal = 8080
    ip       = "127.0.0.1"
  }

  healthcheck {
    test     = ["CMD", "busybox", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]
    interval = "2s"
    retries  = 5
  }

  wait = true
}

resource "docker_container" "reader" {
  name    = "quickstart-reader"
  image   = var.image
  command = ["busybox", "sh", "-c", "while busybox wget -q -O - http://web:8080/; do sleep 10; done"]
  restart = "unless-stopped"
  memory  = 16
  init    = true

  networks_advanced {
    name = docker_network.quickstart.name
  }

  depends_on = [docker_container.web]
}

output "url" {
  description = "Where the web server answers; the engine has chosen the port"
  value       = "http://127.0.0.1:${docker_container.web.ports[0].external}/"
}
