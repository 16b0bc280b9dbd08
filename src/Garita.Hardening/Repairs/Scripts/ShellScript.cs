using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Garita.Hardening.Repairs.Scripts;

/// <summary>
/// A plan as a shell script for hosts where Garita is not: does the same, twice is once, and each step is kept before it is done. What can lock
/// administrators out is put back after a minute unless it is confirmed. Every value stands in single quotes or behind <c>#</c> with nothing that ends the line.
/// </summary>
public static class ShellScript
{
    /// <summary>Writes a plan as a script.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="host">The host that it was made for.</param>
    /// <param name="backAfter">After this, what can lock administrators out goes back unless it is confirmed.</param>
    public static string Render(Plan plan, string host, TimeSpan backAfter)
    {
        var (work, named) = (new StringBuilder(), new StringBuilder());
        var seconds = ((int)backAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var isTimed = false;
        foreach (var repair in plan.Repairs)
        {
            if (repair.IsTimed && !isTimed)
            {
                isTimed = true;
                work.Append('\n');
                Comment(work, $"From here on it is about SSH, firewall or PAM: put back after {seconds} s unless it is confirmed from another login.");
                work.Append(CultureInfo.InvariantCulture, $"arm {seconds}\n");
            }

            Comment(work.Append('\n'), $"{repair.Id}: {repair.Title}");
            Comment(work, $"found: {repair.Found}");
            Comment(work, $"risk: {repair.Repair.Risk.ToString().ToLowerInvariant()}. {repair.Repair.WhatMayBreak}");
            Render(work, repair);
            Render(named, repair);
        }

        work.Append("\nfinish\n");
        var script = new StringBuilder("#!/bin/sh\n");
        Comment(script, $"Repairs of {host}, made by garita harden plan. Look before you run it. Doing it twice is doing it once.");
        foreach (var left in plan.LeftOut)
            Comment(script, $"not in here: {left.Id}: {left.Why}");
        // The same repairs have the same folder: a second run adds to the way back of the first, and takes nothing from it.
        script.Append(CultureInfo.InvariantCulture, $"name={Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(named.ToString())))[..12]}\n")
            .Append(ScriptHead.Text.Replace("\r", "", StringComparison.Ordinal)).Append('\n');
        return script.Append(work).ToString();
    }

    /// <summary>A value that the shell takes as it is.</summary>
    /// <param name="value">The value.</param>
    public static string Quote(string value) => value.Contains('\0', StringComparison.Ordinal)
        ? throw new RepairException("a value holds NUL, which no script can")
        : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Render(StringBuilder script, PlannedRepair repair)
    {
        Line(script, "repair", repair.Id);
        foreach (var change in repair.Repair.Changes.Where(static change => change is not SetUnit { Wish: UnitWish.Reload }))
            Render(script, repair, change);
        foreach (var verification in Verification.For(repair.Repair.Changes.SelectMany(PlannedRepair.PathsOf)))
            script.Append("verify ").AppendJoin(' ', verification.Arguments.Prepend(verification.Program).Select(Quote)).Append('\n');
        foreach (var reload in repair.Repair.Changes.OfType<SetUnit>().Where(static unit => unit.Wish == UnitWish.Reload))
            script.Append("reload ").Append(Quote(reload.Unit)).Append('\n');
    }

    private static void Render(StringBuilder script, PlannedRepair repair, Change change)
    {
        switch (change)
        {
            case PutFile put:
                var isFollowed = repair.Repair.Changes.OfType<SetMode>().Any(mode => string.Equals(mode.Path, put.Path, StringComparison.Ordinal));
                Line(script, "put_file", [put.Path, Convert.ToString((int)put.Mode, 8), put.Content, .. isFollowed ? ["any"] : Array.Empty<string>()]);
                break;
            case SetLine line:
                Line(script, "set_line", line.Path, line.Pattern, line.Line, LineEdit.StopAt(line.Path) ?? "");
                break;
            case SetMode mode:
                Line(script, "set_mode", mode.Path, Convert.ToString((int)mode.Mode, 8), mode.User ?? "", mode.Group ?? "");
                break;
            case SetUnit unit:
                Line(script, "set_unit", unit.Unit, unit.Wish.ToString().ToLowerInvariant());
                break;
            case InstallPackages install:
                Line(script, "install_packages", [.. install.Names]);
                break;
            case RemovePackages remove:
                Line(script, "remove_packages", [.. remove.Names]);
                break;
            case RunTool tool:
                script.Append(CultureInfo.InvariantCulture, $"tool {tool.Undo.Count} {tool.Files.Count} ");
                script.AppendJoin(' ', tool.Undo.Concat(tool.Files).Append(tool.Program).Concat(tool.Arguments).Select(Quote)).Append('\n');
                break;
            default:
                throw new ArgumentException($"no script for {change}", nameof(change));
        }
    }

    private static void Line(StringBuilder script, string command, params IReadOnlyList<string> values) => script.Append(command).Append(' ').AppendJoin(' ', values.Select(Quote)).Append('\n');

    /// <summary>A comment: what was found on a host may hold anything.</summary>
    internal static void Comment(StringBuilder script, string text, string indent = "") =>
        script.Append(indent).Append("# ").Append(OneLine(text)).Append('\n');

    /// <summary>Without anything that ends a line or is not seen.</summary>
    internal static string OneLine(string text) => string.Concat(text.Select(static letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') ? ' ' : letter)).Trim();
}
