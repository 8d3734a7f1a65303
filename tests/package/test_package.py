# SPDX-License-Identifier: Apache-2.0
"""The Debian package on a fresh machine: installed, used, reloaded, purged."""

SITE = """cat > /etc/nginx/sites-available/default <<'CONF'
rasp block;
rasp_rules /usr/share/ngx-rasp/rulesets/owasp-top10/*.json;
rasp_log /var/log/nginx/rasp.json;
rasp_headers strict;
server { listen 127.0.0.1:80; root /var/www/html; index index.nginx-debian.html; }
CONF
"""
STATUS = "curl -s -o /dev/null -w '%{http_code}' "
ATTACK = "'http://127.0.0.1/?q=%3Cscript%3Ealert(1)%3C/script%3E'"


def test_has_module_tool_and_rules(installed):
    files = installed.sh("dpkg -L libnginx-mod-http-rasp")
    for path in ("/usr/lib/nginx/modules/ngx_http_rasp_module.so", "/usr/bin/raspctl",
                 "/usr/share/nginx/modules-available/mod-http-rasp.conf", "/usr/share/ngx-rasp/rulesets/owasp-top10/"):
        assert path in files, files
    assert "nginx-abi-" in installed.sh("dpkg -s libnginx-mod-http-rasp | grep ^Depends")
    installed.sh("raspctl check /usr/share/ngx-rasp/rulesets/owasp-top10")


def test_blocks_after_installation_and_after_reload(installed):
    output = installed.sh(SITE + f"""
        test -e /etc/nginx/modules-enabled/50-mod-http-rasp.conf
        nginx -t && nginx
        echo before $({STATUS} http://127.0.0.1/) $({STATUS} {ATTACK})
        nginx -s reload; sleep 1
        echo after $({STATUS} http://127.0.0.1/) $({STATUS} {ATTACK})
        sleep 1; grep -c '"denied"' /var/log/nginx/rasp.json
        nginx -s quit""")
    assert "before 200 403" in output and "after 200 403" in output, output
    assert "\n2\n" in output, output


def test_purge_leaves_a_working_nginx_and_nothing_behind(installed):
    output = installed.sh("""
        echo 'server { listen 127.0.0.1:80; }' > /etc/nginx/sites-available/default
        apt-get purge -y -qq libnginx-mod-http-rasp
        nginx -t
        ! test -e /etc/nginx/modules-enabled/50-mod-http-rasp.conf
        ! test -e /usr/lib/nginx/modules/ngx_http_rasp_module.so
        ! test -e /usr/share/ngx-rasp
        echo gone""")
    assert "gone" in output, output
