using System.Text;
using Garita.Gateway.Settings;

namespace Garita.Gateway.Recipients.Ldap;

/// <summary>The password of the one who reads the directory: from a file or the environment, read for each bind, so that a changed one needs no reload.</summary>
public static class LdapPassword
{
    private const int Most = 4096;

    /// <summary>The password in UTF-8.</summary>
    /// <param name="settings">Where it is.</param>
    /// <param name="password">The password; empty for an anonymous bind.</param>
    /// <returns>What is wrong, or null.</returns>
    public static string? TryRead(LdapSettings settings, out byte[] password)
    {
        password = [];
        if (settings.BindDn.Length == 0)
            return null;
        try
        {
            if (settings.PasswordFile is { } file)
            {
                if (new FileInfo(file).Length > Most)
                    return $"{file} is too long for a password";
                password = File.ReadAllBytes(file);
                var end = password.AsSpan().TrimEnd("\r\n"u8).Length;
                password = password[..end];
            }
            else if (settings.PasswordVariable is { } variable)
            {
                password = Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(variable) ?? "");
            }
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return problem.Message;
        }

        // RFC 4513 §5.1.2: a name without a password would be let in as nobody.
        return password.Length == 0 ? $"{settings.PasswordFile ?? "the environment variable " + settings.PasswordVariable} holds no password" : null;
    }
}
