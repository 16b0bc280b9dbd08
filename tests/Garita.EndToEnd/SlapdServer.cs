using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Garita.EndToEnd;

/// <summary>
/// Debian's slapd with settings and folders of its own on loopback, its schema made like Active Directory's. Clear-text binds are refused.
/// Started in the foreground and stopped by its own process id.
/// </summary>
internal sealed class SlapdServer : IAsyncDisposable
{
    public const string Reader = "cn=garita,dc=example,dc=com";
    public const string Password = "s3cret\u00e4";

    private readonly string _folder;
    private Process? _process;

    private SlapdServer(string folder)
    {
        _folder = folder;
        Port = RunningGateway.FreePort();
        TlsPort = RunningGateway.FreePort();
    }

    public int Port { get; }

    public int TlsPort { get; }

    private string LocalAddress => "ldapi://" + Uri.EscapeDataString(Path.Combine(_folder, "ldapi")) + "/";

    public static bool IsInstalled => File.Exists("/usr/sbin/slapd") && File.Exists("/usr/bin/ldapmodify");

    public static async Task<SlapdServer> StartAsync(string folder, (string Certificate, string Key) tls, string ca, int users)
    {
        var server = new SlapdServer(folder);
        Directory.CreateDirectory(Path.Combine(folder, "db"));
        await File.WriteAllTextAsync(Path.Combine(folder, "slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            attributetype ( 1.2.840.113556.1.2.210 NAME 'proxyAddresses' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 )
            attributetype ( 1.2.840.113556.1.4.8 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
            objectclass ( 1.3.6.1.4.1.32473.1.1 NAME 'adLike' SUP top AUXILIARY MAY ( mail $ proxyAddresses $ userAccountControl ) )
            modulepath /usr/lib/ldap
            moduleload back_mdb
            pidfile {folder}/slapd.pid
            TLSCACertificateFile {ca}
            TLSCertificateFile {tls.Certificate}
            TLSCertificateKeyFile {tls.Key}
            security simple_bind=64
            database mdb
            maxsize 1073741824
            suffix dc=example,dc=com
            rootdn cn=root,dc=example,dc=com
            rootpw root
            directory {folder}/db
            dbnosync
            index objectClass,mail,proxyAddresses eq,pres
            limits dn.exact="{Reader}" size.soft=unlimited size.hard=unlimited size.prtotal=unlimited
            access to attrs=userPassword by anonymous auth by * none
            access to * by dn.exact="{Reader}" read by * none

            """);
        await File.WriteAllTextAsync(Path.Combine(folder, "all.ldif"), Entries(users));
        await Tool.RunAsync("/usr/sbin/slapadd", "-q", "-f", Path.Combine(folder, "slapd.conf"), "-l", Path.Combine(folder, "all.ldif"));
        await server.StartAsync();
        return server;
    }

    public async Task StartAsync()
    {
        var start = new ProcessStartInfo("/usr/sbin/slapd") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-d", "0", "-f", Path.Combine(_folder, "slapd.conf"), "-h", string.Create(CultureInfo.InvariantCulture, $"ldap://127.0.0.1:{Port}/ ldaps://127.0.0.1:{TlsPort}/ {LocalAddress}")])
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        for (var i = 0; ; i++)
        {
            using var probe = new TcpClient();
            try
            {
                await probe.ConnectAsync("127.0.0.1", TlsPort);
                return;
            }
            catch (SocketException) when (i < 200 && !_process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }
    }

    public async Task StopAsync()
    {
        if (_process is not { } process)
            return;
        _process = null;
        using (process)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Changes entries as an administrator would, over the server's own socket.</summary>
    public Task ModifyAsync(string ldif) => RunAsync("/usr/bin/ldapmodify", ldif, "-a", "-x", "-H", LocalAddress, "-D", "cn=root,dc=example,dc=com", "-w", "root");

    public async ValueTask DisposeAsync() => await StopAsync();

    public static string Person(string name, string more = "") => $"dn: uid={name},dc=example,dc=com\nobjectClass: inetOrgPerson\nobjectClass: adLike\nuid: {name}\ncn: {name}\nsn: {name}\n{more}\n";

    private static string Entries(int users)
    {
        var text = new StringBuilder($"dn: dc=example,dc=com\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: Example\n\ndn: {Reader}\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\ncn: garita\nuserPassword:: {Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))}\n\n");
        for (var i = 1; i <= users; i++)
        {
            var address = string.Create(CultureInfo.InvariantCulture, $"user{i}@example.com");
            text.Append(Person(address[..address.IndexOf('@', StringComparison.Ordinal)], $"mail: {address}\nproxyAddresses: SMTP:{address}\nproxyAddresses: smtp:alias.{address}\nproxyAddresses: x500:/o=x/cn={i}\nuserAccountControl: 512\n"));
        }

        text.Append(Person("gone", "mail: gone@example.com\nuserAccountControl: 514\n"));
        text.Append("dn: cn=staff,dc=example,dc=com\nobjectClass: groupOfNames\nobjectClass: adLike\ncn: staff\nmember: uid=user1,dc=example,dc=com\nmail: staff@example.com\n\n");
        return text.ToString();
    }

    private static async Task RunAsync(string program, string input, params string[] arguments)
    {
        var (code, text) = await Tool.TryAsync(new ProcessStartInfo(program, arguments), input);
        if (code != 0)
            throw new InvalidOperationException($"{program} ended with {code}: {text}");
    }
}
